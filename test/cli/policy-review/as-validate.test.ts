import test from 'ava';
import { explainProblem, formatWhere } from '../../../src/model/problem.ts';
import { createMemoryRepository } from '../../../src/simulator/memory-repository.ts';
import { configFiles, spillwayYaml } from '../../support/config-repository.ts';
import { splitManifest } from '../../support/manifests.ts';
import { writePolicy } from '../../support/policy-documents.ts';
import { readHere } from '../../support/policy-review-stage.ts';
import { runSpillway } from '../../support/terminal.ts';
import { writeFolder } from '../../support/written-folder.ts';

const { signal } = new AbortController();

/** Trees that hold one thing after the other that is wrong. */
const trees: Readonly<Record<string, Readonly<Record<string, string>>>> = {
	'nothing wrong': {},
	'a wrong value': { 'policies/web.yaml': writePolicy('web', 'web', 'mode: Paused') },
	'broken YAML, and an empty file': { 'policies/x.yaml': 'x: [', 'policies/y.yaml': '' },
	'the same name and the same target twice': {
		'policies/twin.yaml': writePolicy('web', 'other'),
		'policies/rival.yaml': writePolicy('rival', 'api'),
	},
	'a cluster that is not declared': {
		'policies/far.yaml': writePolicy('far', 'far').replace('cluster: east', 'cluster: north'),
	},
	'a wrong spillway.yaml': { 'spillway.yaml': spillwayYaml.replace('clusters:', 'cluster:') },
	'a policy in a synced folder': {
		'spillway.yaml': spillwayYaml.replace('[policies]', '[policies, clusters]'),
		'clusters/east/more.yaml': writePolicy('more', 'more'),
	},
	'a policy where none is read': { 'other/web.yaml': writePolicy('web', 'web', 'mode: Paused') },
	'TrafficSplits that will not work': {
		'clusters/east/emoji.yaml': splitManifest.replaceAll('emoji-svc-west', 'Emoji-West'),
	},
	'files of other tools': {
		'charts/x/templates/x.yaml': '{{ if }}\n',
		'.github/workflows/ci.yaml': 'apiVersion: spillway.dev/v1alpha1\nkind: FailoverPolicy\n',
		'node_modules/x/x.yaml': 'apiVersion: spillway.dev/v1alpha1\nkind: FailoverPolicy\n',
	},
};

for (const [what, changes] of Object.entries(trees)) {
	test(`a pull request is told the same as spillway validate says of its files: ${what}`, async (t) => {
		const files = { ...(configFiles as Readonly<Record<string, string>>), ...changes };
		const folder = await writeFolder(t, files);
		const { out } = await runSpillway(t, 'validate', folder, '--output', 'json');
		const said = JSON.parse(out).problems.map((found: Parameters<typeof explainProblem>[0]) =>
			`${formatWhere(found.where)} ${found.code} ${explainProblem(found)}`.replaceAll(`${folder}/`, ''),
		);
		const repository = createMemoryRepository({ files: { 'README.md': 'hello\n' } });
		const base = await repository.refresh(signal);
		const head = repository.commitDirectly(files, 'all of it');
		const change = { base, head, files: await repository.differences(base, head, signal) };
		const { news } = await readHere(repository, change, signal);
		const told = news.map(
			({ problem }) => `${formatWhere(problem.where)} ${problem.code} ${explainProblem(problem)}`,
		);
		t.deepEqual(told.sort(), said.sort());
	});
}
