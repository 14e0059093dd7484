// What people copy from examples/ci/ is right.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { parse } from 'yaml';
import { spillwayYaml } from '../../support/config-repository.ts';
import { runSpillway } from '../../support/terminal.ts';
import { writeFolder } from '../../support/written-folder.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = join(root, 'examples', 'ci');
const files = (await readdir(folder)).filter((name) => name.endsWith('.yml'));

const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');

/** The commands of a pipeline, wherever it has them. */
function listCommands(node: unknown): readonly string[] {
	if (typeof node !== 'object' || node === null) return [];
	return Object.entries(node).flatMap(([key, value]: [string, unknown]) => {
		if (key !== 'run' && key !== 'script') return listCommands(value);
		return (Array.isArray(value) ? value : [value]).map(String);
	});
}

const call = /^npx --yes spillway@(?<version>\S+) (?<args>[^>|;&]+?)(?: > \S+)?$/;

/** A config repository in which nothing is wrong. */
const right = { 'spillway.yaml': spillwayYaml };

test('there is one for each CI that the guide tells of', async (t) => {
	t.deepEqual([...files].sort(), [
		'azure-pipelines.yml',
		'bitbucket-pipelines.yml',
		'github-actions.yml',
		'github-code-scanning.yml',
		'gitlab-ci.yml',
	]);
	const [guide, readme] = [await readFile(join(root, 'docs', 'ci.md'), 'utf8'), await read('README.md')];
	for (const name of files) {
		t.true(guide.includes(`(../examples/ci/${name})`), name);
		t.true(readme.includes(`(${name})`), name);
	}
});

for (const name of files) {
	test(`${name} runs Spillway by a command line that there is, in this version`, async (t) => {
		const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
		const commands = listCommands(parse(await read(name))).filter((command) => command.includes('spillway@'));
		t.is(commands.length, 1);
		const { groups } = call.exec(commands[0] ?? '') ?? {};
		t.is(groups?.['version'], version);
		const args = (groups?.['args'] ?? '').split(' ');
		t.deepEqual(args.slice(0, 2), ['validate', '.']);
		const { status, err } = await runSpillway(t, 'validate', await writeFolder(t, right), ...args.slice(2));
		t.deepEqual([status, err], [0, '1 file, 0 valid policies, 0 problems\n']);
	});

	test(`${name} is no problem in a config repository`, async (t) => {
		const repository = await writeFolder(t, { ...right, [name]: await read(name) });
		const { status, out } = await runSpillway(t, 'validate', repository);
		t.deepEqual([status, out], [0, '']);
	});

	test(`${name} takes each action by its commit, and each image by its version`, async (t) => {
		const lines = (await read(name)).split('\n');
		for (const line of lines.filter((each) => each.includes('uses:')))
			t.regex(line, /uses: [\w-]+\/[\w-]+(\/[\w-]+)?@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
		for (const line of lines.filter((each) => each.includes('image:')))
			t.regex(line, /image: node:\d+\.\d+\.\d+-slim$/);
		t.regex(lines.join('\n'), /^\s+(timeout-minutes|timeout|max-time|timeoutInMinutes): 5\b/m);
	});
}

for (const name of files.filter((each) => each.startsWith('github-'))) {
	test(`${name} has the actions of Spillway's own workflow, and may only read by default`, async (t) => {
		const own = await readFile(join(root, '.github', 'workflows', 'ci.yml'), 'utf8');
		const text = await read(name);
		const actions = text.match(/actions\/.+$/gm) ?? [];
		t.is(actions.length, 2);
		for (const action of actions) t.true(own.includes(action), action);
		const { permissions } = parse(text) as { readonly permissions: unknown };
		t.deepEqual(permissions, { contents: 'read' });
	});
}
