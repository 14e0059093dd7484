// The formats of `validate -o` as a CI runs them.
import test from 'ava';
import { outputFormats } from '../../../src/cli/validation/output-format.ts';
import { spillwayYaml } from '../../support/config-repository.ts';
import { writePolicy } from '../../support/policy-documents.ts';
import { readSarif } from '../../support/sarif-log.ts';
import { runSpillway } from '../../support/terminal.ts';
import { readWorkflowCommand } from '../../support/workflow-commands.ts';
import { writeFolder } from '../../support/written-folder.ts';
import { readXml } from '../../support/xml-reader.ts';

/** A repository with one wrong policy among right ones. */
const oneWrong = {
	'spillway.yaml': spillwayYaml,
	'policies/deep/api.yml': writePolicy('api', 'api'),
	'.git/HEAD': 'ref: refs/heads/main\n',
	'policies/two words.yaml': writePolicy('web', 'web', 'mode: Paused'),
	'policies/web.yaml': writePolicy('shop', 'shop'),
};

test('-o github annotates the line in the repository', async (t) => {
	const folder = await writeFolder(t, oneWrong);
	const { status, out, err } = await runSpillway(t, 'validate', folder, '-o', 'github');
	t.deepEqual([status, err], [1, '4 files, 2 valid policies, 1 problem\n']);
	const { name, properties } = readWorkflowCommand(out.trimEnd()) ?? {};
	t.is(name, 'error');
	t.like(properties, { file: 'policies/two words.yaml', line: '4', title: 'E_ENUM' });
});

test('-o sarif names the file in the repository, and the version of Spillway', async (t) => {
	const folder = await writeFolder(t, oneWrong);
	const { status, out } = await runSpillway(t, 'validate', folder, '-o', 'sarif');
	t.is(status, 1);
	const { tool, results } = readSarif(out);
	t.is(tool.driver.version, '1.2.3');
	t.like(results[0]?.locations[0], {
		physicalLocation: { artifactLocation: { uri: 'policies/two%20words.yaml' }, region: { startLine: 4 } },
	});
});

test('-o junit has a test case for each file, of which the wrong one fails', async (t) => {
	const folder = await writeFolder(t, oneWrong);
	const { status, out } = await runSpillway(t, 'validate', folder, '-o', 'junit');
	t.is(status, 1);
	t.deepEqual(
		readXml(out).children[0]?.children.map(({ attributes, children }) => [
			attributes['name'],
			children.map(({ name }) => name),
		]),
		[
			['policies/deep/api.yml', []],
			['policies/two words.yaml', ['failure']],
			['policies/web.yaml', []],
			['spillway.yaml', []],
		],
	);
});

test('-o gitlab shows the line in the repository, and the log of the job says the same', async (t) => {
	const folder = await writeFolder(t, oneWrong);
	const { status, out, err } = await runSpillway(t, 'validate', folder, '-o', 'gitlab');
	t.is(status, 1);
	t.deepEqual(
		JSON.parse(out).map(({ location }: { location: unknown }) => location),
		[{ path: 'policies/two words.yaml', lines: { begin: 4 } }],
	);
	t.regex(err, /two words\.yaml:4:\d+ E_ENUM [^\n]+\n4 files, 2 valid policies, 1 problem\n$/);
});

for (const output of outputFormats) {
	test(`-o ${output} exits with 0 on what is right, and on warnings`, async (t) => {
		const folder = await writeFolder(t, {
			'spillway.yaml': spillwayYaml,
			'clusters/east/cart.yaml': writePolicy('cart', 'cart'),
		});
		t.is((await runSpillway(t, 'validate', folder, '-o', output)).status, 0);
	});
}

test('a format that does not exist is a wrong call that lists those that do', async (t) => {
	const { status, out, err } = await runSpillway(t, 'validate', 'policies', '-o', 'xml');
	t.deepEqual([status, out], [2, '']);
	for (const output of outputFormats) t.true(err.includes(output), output);
});
