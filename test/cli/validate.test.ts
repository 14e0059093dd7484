import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { spillwayYaml } from '../support/config-repository.ts';
import { writePolicy } from '../support/policy-documents.ts';
import { runSpillway } from '../support/terminal.ts';
import { writeFolder } from '../support/written-folder.ts';

const good = {
	'spillway.yaml': spillwayYaml,
	'policies/web.yaml': writePolicy('web', 'web'),
	'policies/deep/api.yml': writePolicy('api', 'api'),
	'README.md': '# {',
	'.github/x.yaml': 'spec: {',
	'node_modules/x.yaml': 'spec: {',
};

test('what is right exits with 0, and says how much was looked at', async (t) => {
	const folder = await writeFolder(t, good);
	t.deepEqual(await runSpillway(t, 'validate', folder), {
		status: 0,
		out: '',
		err: '3 files, 2 valid policies, 0 problems\n',
	});
});

for (const folder of ['examples/workshop', 'policies']) {
	test(`${folder}, which people copy, is right`, async (t) => {
		const path = fileURLToPath(new URL(`../../${folder}`, import.meta.url));
		const { status, out } = await runSpillway(t, 'validate', path);
		t.deepEqual([status, out], [0, '']);
	});
}

test('three mistakes in one file are three lines, each with its place and its mend', async (t) => {
	const folder = await writeFolder(t, {
		'web.yaml': [
			'apiVersion: spillway.dev/v1alpha1',
			'kind: FailoverPolicy',
			'metadata: {name: web, namespace: shop}',
			'spec:',
			'  mode: Paused',
			'  target: {cluster: east, name: web}',
			'  backends: [{service: web}, {service: web-west, teir: 1}]',
			'  failover: {after: soon}',
			'',
		].join('\n'),
	});
	const file = join(folder, 'web.yaml');
	const { status, out } = await runSpillway(t, 'validate', file);
	t.is(status, 1);
	const lines = out.trimEnd().split('\n');
	t.deepEqual(lines.map((line) => line.split(' ').slice(0, 2).join(' ')).sort(), [
		`${file}:5:9 E_ENUM`,
		`${file}:7:50 E_UNKNOWN_FIELD`,
		`${file}:8:21 E_DURATION`,
	]);
	for (const line of lines) t.regex(line, / → \S/);
});

test('what is wrong exits with 1, and every problem is one line that begins with its place', async (t) => {
	const folder = await writeFolder(t, {
		...good,
		'policies/web.yaml': writePolicy('web', 'web', 'mode: Paused, panik: x'),
		'policies/broken.yaml': 'apiVersion: spillway.dev/v1alpha1\nkind: FailoverPolicy\nspec: {',
	});
	const { status, out, err } = await runSpillway(t, 'validate', folder);
	t.is(status, 1);
	const lines = out.trimEnd().split('\n');
	t.is(lines.length, 3, out);
	for (const line of lines)
		t.regex(line.slice(folder.length), /^\/policies\/\w+\.yaml:\d+:\d+ E_[A-Z_]+ .+ → .+/);
	t.is(err, '4 files, 1 valid policy, 3 problems\n');
});

test('-o json says the same to machines', async (t) => {
	const folder = await writeFolder(t, {
		...good,
		'policies/web.yaml': writePolicy('web', 'web', 'mode: Paused'),
	});
	const { status, out, err } = await runSpillway(t, 'validate', folder, '-o', 'json');
	t.deepEqual([status, err], [1, '']);
	const { files, policies, problems } = JSON.parse(out);
	t.deepEqual([files, policies, problems.length], [3, 1, 1]);
	t.like(problems[0], {
		code: 'E_ENUM',
		where: { kind: 'text', file: join(folder, 'policies/web.yaml'), line: 4 },
	});
});

test('while spillway.yaml is wrong, that is told, and files of other tools are still not judged', async (t) => {
	const folder = await writeFolder(t, {
		...good,
		'spillway.yaml': spillwayYaml.replace('kind:', 'knd: x\nkind:'),
		'clusters/east/values.yaml': 'replicas: 3\n',
		'azure-pipelines.yml': 'trigger: [main]\n',
	});
	const { status, out } = await runSpillway(t, 'validate', folder);
	t.is(status, 1);
	t.deepEqual(
		[...out.matchAll(/ ([EW]_[A-Z_]+) /g)].map(([, code]) => code),
		['E_UNKNOWN_FIELD'],
	);
});

test('policies are checked against the spillway.yaml above them', async (t) => {
	const folder = await writeFolder(t, {
		...good,
		'spillway.yaml': spillwayYaml.replace('{east: {', '{west: {'),
	});
	const { status, out } = await runSpillway(t, 'validate', folder);
	t.is(status, 1);
	t.is(out.match(/E_REFERENCE spillway.yaml declares no cluster "east"/g)?.length, 2);
});

test('policies below one spillway.yaml are checked against each other', async (t) => {
	const folder = await writeFolder(t, { ...good, 'policies/deep/api.yml': writePolicy('api', 'web') });
	const { status, out } = await runSpillway(t, 'validate', folder);
	t.is(status, 1);
	t.is(out.match(/E_CONFLICT/g)?.length, 2);
});

test('a file whose name merely ends like that of spillway.yaml rules nothing', async (t) => {
	const folder = await writeFolder(t, {
		...good,
		'old-spillway.yaml': spillwayYaml.replace('{east: {', '{west: {'),
	});
	const { status, out } = await runSpillway(t, 'validate', folder);
	t.deepEqual([status, out], [0, '']);
});

test('a policy in a folder that a syncer applies is a warning with the lines to add, and no failure', async (t) => {
	const folder = await writeFolder(t, {
		...good,
		'clusters/east/shop/cart.yaml': writePolicy('cart', 'cart'),
	});
	const { status, out, err } = await runSpillway(t, 'validate', folder);
	t.is(status, 0);
	t.is(
		out,
		`${join(folder, 'clusters/east/shop/cart.yaml')}:3:1 W_SYNCED_FOLDER this file is among the manifests of cluster east, and its kind has no CRD: Flux and Argo CD fail their sync on it → add below metadata.annotations: config.kubernetes.io/local-config: "true" and argocd.argoproj.io/hook: Skip\n`,
	);
	t.is(err, '4 files, 3 valid policies, 0 problems, 1 warning\n');
});

test('so is a spillway.yaml among the manifests of another one', async (t) => {
	const folder = await writeFolder(t, { ...good, 'clusters/east/spillway.yaml': spillwayYaml });
	const { status, out } = await runSpillway(t, 'validate', folder);
	t.is(status, 0);
	t.regex(out, /clusters\/east\/spillway\.yaml:1:1 W_SYNCED_FOLDER [^\n]+\n$/);
});

test('files of a repository that are neither policies nor mention Spillway are not judged', async (t) => {
	const folder = await writeFolder(t, {
		...good,
		'clusters/east/values.yaml': 'replicas: 3\n',
		'charts/web/templates/split.yaml': '{{- if .Values.split }}\nspec: {\n{{- end }}\n',
	});
	t.deepEqual(await runSpillway(t, 'validate', folder), {
		status: 0,
		out: '',
		err: '5 files, 2 valid policies, 0 problems\n',
	});
});

test('a policy in the wrong folder is judged all the same, and so is anything in a policies folder', async (t) => {
	const folder = await writeFolder(t, {
		...good,
		'elsewhere/cart.yaml': writePolicy('cart', 'cart', 'mode: Paused'),
		'policies/values.yaml': 'replicas: 3\n',
	});
	const { status, out } = await runSpillway(t, 'validate', folder);
	t.is(status, 1);
	t.deepEqual([...out.matchAll(/ (E_[A-Z_]+) /g)].map(([, code]) => code).sort(), [
		'E_ENUM',
		'E_REQUIRED',
		'E_REQUIRED',
	]);
});

test('two repositories side by side do not disturb each other', async (t) => {
	const both = Object.entries(good).flatMap(([path, text]) => [
		[`a/${path}`, text],
		[`b/${path}`, text],
	]);
	const folder = await writeFolder(t, Object.fromEntries(both));
	t.is((await runSpillway(t, 'validate', join(folder, 'a'), join(folder, 'b'))).status, 0);
});

test('policies that no spillway.yaml rules are checked beside each other', async (t) => {
	const folder = await writeFolder(t, {
		'a.yaml': writePolicy('a', 'web'),
		'b.yaml': writePolicy('b', 'web'),
	});
	const { status, out } = await runSpillway(t, 'validate', join(folder, 'a.yaml'), join(folder, 'b.yaml'));
	t.is(status, 1);
	t.is(out.match(/E_CONFLICT/g)?.length, 2);
});

test('a file given twice is checked once', async (t) => {
	const folder = await writeFolder(t, { 'a.yaml': writePolicy('a', 'web') });
	const { status, err } = await runSpillway(t, 'validate', folder, join(folder, 'a.yaml'));
	t.deepEqual([status, err], [0, '1 file, 1 valid policy, 0 problems\n']);
});

test('a path that does not exist is a wrong call', async (t) => {
	const { status, out, err } = await runSpillway(t, 'validate', '/nonexistent/policies');
	t.deepEqual([status, out], [2, '']);
	t.is(err, '/nonexistent/policies E_NOT_FOUND no such file or folder → check the path\n');
});
