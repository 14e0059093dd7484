import test from 'ava';
import { formatProblem } from '../../src/model/problem.ts';
import { describeRevision, readRepository, spillwayYaml } from '../support/config-repository.ts';
import { writePolicy } from '../support/policy-documents.ts';

const both = ['shop/api → api Active', 'shop/web → web Active'];
const { signal } = new AbortController();

test('the first commit puts its policies in force, and names its clusters', async (t) => {
	const { repository, read } = await readRepository();
	const tip = await repository.refresh(signal);
	const revision = await read(tip);
	t.deepEqual(describeRevision(revision), { policies: both, problems: [] });
	t.is(revision.commit, tip);
	t.deepEqual(revision.clusters, [
		{ name: 'east', access: { kind: 'context', context: 'east' }, manifests: 'clusters/east' },
	]);
	t.deepEqual(revision.commits, {});
});

test('a changed document counts as soon as it is right', async (t) => {
	const { commit } = await readRepository();
	const changed = { 'policies/web.yaml': writePolicy('web', 'web', 'mode: Observe') };
	t.deepEqual(await commit(changed), { policies: [both[0], 'shop/web → web Observe'], problems: [] });
});

test('a deleted file drops its policies, and so does a document taken out of one', async (t) => {
	const { commit } = await readRepository();
	const two = `${writePolicy('web', 'web')}---\n${writePolicy('cart', 'cart')}`;
	t.is((await commit({ 'policies/web.yaml': two })).policies.length, 3);
	t.deepEqual((await commit({ 'policies/web.yaml': writePolicy('web', 'web') })).policies, both);
	t.deepEqual(await commit({ 'policies/web.yaml': null }), { policies: [both[0]], problems: [] });
});

test('INV-32 an invalid revision keeps the last valid one of each document, and its neighbours go on', async (t) => {
	const { commit } = await readRepository();
	const two = `${writePolicy('web', 'web')}---\n${writePolicy('cart', 'cart')}`;
	await commit({ 'policies/web.yaml': two });
	const half = `${writePolicy('web', 'web', 'mode: Paused')}---\n${writePolicy('cart', 'cart', 'mode: Observe')}`;
	const policies = [both[0], 'shop/cart → cart Observe', both[1]];
	t.deepEqual(await commit({ 'policies/web.yaml': half }), { policies, problems: ['E_ENUM'] });
	t.deepEqual(await commit({ 'policies/web.yaml': 'spec: {' }), { policies, problems: ['E_YAML_SYNTAX'] });
	t.deepEqual(await commit({ 'policies/web.yaml': two }), {
		policies: [both[0], 'shop/cart → cart Active', both[1]],
		problems: [],
	});
});

const observed = writePolicy('web', 'web', 'mode: Observe');

for (const [what, text] of [
	['ends in the middle', observed.slice(0, observed.indexOf('er: 1'))],
	['has a tab for an indent', observed.replace('spec: {', 'spec:\n\tmode: Observe\nmore: {')],
	['says a key twice', observed.replace('spec: {', 'spec: {mode: Active, ')],
	['is a template', observed.replace('name: web', 'name: {{ .Values.name }}')],
	['names an anchor that is not there', observed.replace('name: web', 'name: *web')],
	['is no text', `${observed}\u0000`],
	['leaves a quote open', observed.replace('name: web', 'name: "web')],
] as const) {
	test(`F14 of a policy that ${what} the last valid version stays in force, and no half of the new one; its neighbours go on`, async (t) => {
		const { commit } = await readRepository();
		const files = { 'policies/web.yaml': text, 'policies/cart.yaml': writePolicy('cart', 'cart') };
		const policies = [both[0], 'shop/cart → cart Active', both[1]];
		const broken = await commit(files);
		t.deepEqual(broken.policies, policies);
		t.true(broken.problems.length > 0);
		t.deepEqual(await commit({ 'README.md': 'another commit' }), broken);
		const mended = await commit({ 'policies/web.yaml': observed });
		t.deepEqual(mended, { policies: [...policies.slice(0, 2), 'shop/web → web Observe'], problems: [] });
	});
}

test('a file that never was right adds nothing', async (t) => {
	const { commit } = await readRepository();
	const added = { 'policies/cart.yaml': writePolicy('cart', 'cart', 'mode: Paused') };
	t.deepEqual(await commit(added), { policies: both, problems: ['E_ENUM'] });
});

for (const [what, mode, content] of [
	['B-103 a symlink inside the repository', 'symlink', 'api.yaml'],
	['B-104 a symlink out of it', 'symlink', '/proc/self/environ'],
	['a submodule', 'submodule', 'c'.repeat(40)],
] as const) {
	test(`${what} is not followed: the policy stays in force as it was`, async (t) => {
		const { commit } = await readRepository();
		const changed = { 'policies/web.yaml': { mode, content } };
		t.deepEqual(await commit(changed), { policies: both, problems: ['E_GIT_MODE'] });
	});
}

test('a pointer of Git LFS is not taken for the file: the policy stays in force as it was', async (t) => {
	const { repository, read } = await readRepository();
	const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 812\n`;
	const revision = await read(repository.commitDirectly({ 'policies/web.yaml': pointer }, 'lfs'));
	t.deepEqual(describeRevision(revision), { policies: both, problems: ['E_GIT_LFS'] });
	t.regex(
		formatProblem(revision.problems[0] ?? t.fail()),
		/^policies\/web\.yaml E_GIT_LFS a pointer of Git LFS/,
	);
});

test('B-103 a spillway.yaml that becomes a symlink stays as it was', async (t) => {
	const { commit } = await readRepository();
	const changed = { 'spillway.yaml': { mode: 'symlink', content: 'policies/web.yaml' } as const };
	t.deepEqual(await commit(changed), { policies: both, problems: ['E_GIT_MODE'] });
});

test('B-107 a file with an odd name is not read, and its name is shown escaped', async (t) => {
	const { repository, read } = await readRepository();
	const text = writePolicy('cart', 'cart');
	const odd = { 'policies/a\nb.yaml': text, 'policies/\u001b[2J.yaml': text };
	const revision = await read(repository.commitDirectly(odd, 'odd names'));
	t.deepEqual(describeRevision(revision).policies, both);
	t.deepEqual(revision.problems.map(formatProblem), [
		'policies/\\u001B[2J.yaml E_GIT_PATH unsupported file name → add it, or correct the path in spillway.yaml',
		'policies/a\\u000Ab.yaml E_GIT_PATH unsupported file name → add it, or correct the path in spillway.yaml',
	]);
});

test('B-106 files whose names differ in case are two files', async (t) => {
	const { commit } = await readRepository();
	const { policies, problems } = await commit({ 'policies/WEB.yaml': writePolicy('cart', 'cart') });
	t.deepEqual([policies.length, problems], [3, []]);
});

test('B-109 a folder that is gone takes no policy with it', async (t) => {
	const { repository, read } = await readRepository();
	const gone = { 'policies/web.yaml': null, 'policies/api.yaml': null };
	const revision = await read(repository.commitDirectly(gone, 'a mistake'));
	t.deepEqual(describeRevision(revision), { policies: both, problems: ['E_GIT_PATH'] });
	t.regex(
		formatProblem(revision.problems[0] ?? t.fail()),
		/^policies E_GIT_PATH not found in commit [0-9a-f]{12}/,
	);
});

test('only YAML and JSON files are read, at any depth', async (t) => {
	const { commit } = await readRepository();
	const added = {
		'policies/README.md': '# not YAML: {',
		'policies/deep/er/cart.YML': writePolicy('cart', 'cart'),
		'elsewhere/more.yaml': writePolicy('more', 'more'),
	};
	t.deepEqual(await commit(added), { policies: [both[0], 'shop/cart → cart Active', both[1]], problems: [] });
});

test('SMV-05 of two policies that claim one target both are told, and the one in force stays', async (t) => {
	const { commit } = await readRepository();
	const { policies, problems } = await commit({ 'policies/web2.yaml': writePolicy('web2', 'web') });
	t.deepEqual(problems, ['E_CONFLICT', 'E_CONFLICT']);
	t.deepEqual(policies, both);
});

test('a conflict of two policies in force keeps both as they last were', async (t) => {
	const { commit } = await readRepository();
	const changed = { 'policies/api.yaml': writePolicy('api', 'web', 'mode: Observe') };
	t.deepEqual(await commit(changed), { policies: both, problems: ['E_CONFLICT', 'E_CONFLICT'] });
});

const brokenConfigs: readonly (readonly [what: string, text: string | null, code: string])[] = [
	['is broken', 'spec: {', 'E_YAML_SYNTAX'],
	['has an unknown field', `${spillwayYaml}  secrets: []\n`, 'E_UNKNOWN_FIELD'],
	['is gone', null, 'E_GIT_PATH'],
];

for (const [what, text, code] of brokenConfigs) {
	test(`a spillway.yaml that ${what} stays as it was, and policies still change`, async (t) => {
		const { commit } = await readRepository();
		const changed = {
			'spillway.yaml': text,
			'policies/web.yaml': writePolicy('web', 'web', 'mode: Observe'),
		};
		t.deepEqual(await commit(changed), { policies: [both[0], 'shop/web → web Observe'], problems: [code] });
	});
}

test('a policy whose cluster is no longer declared stays as it was, and says so', async (t) => {
	const { commit } = await readRepository();
	const renamed = { 'spillway.yaml': spillwayYaml.replace('{east: {', '{west: {') };
	t.deepEqual(await commit(renamed), { policies: both, problems: ['E_REFERENCE', 'E_REFERENCE'] });
});

const marked = writePolicy('web', 'web').replace(
	'namespace: shop}',
	'namespace: shop, annotations: {config.kubernetes.io/local-config: "true", argocd.argoproj.io/hook: Skip}}',
);

test('a policy in a folder that a syncer applies is in force, with a warning until it is annotated', async (t) => {
	const inside = spillwayYaml.replace('[policies]', '[clusters/east/policies]');
	const { repository, read } = await readRepository({
		'spillway.yaml': inside,
		'clusters/east/policies/web.yaml': writePolicy('web', 'web'),
	});
	const revision = await read(await repository.refresh(signal));
	t.deepEqual(describeRevision(revision), { policies: [both[1]], problems: ['W_SYNCED_FOLDER'] });
	t.is(
		formatProblem(revision.problems[0] ?? t.fail()),
		'clusters/east/policies/web.yaml:3:1 W_SYNCED_FOLDER this file is among the manifests of cluster east, and its kind has no CRD: Flux and Argo CD fail their sync on it → add below metadata.annotations: config.kubernetes.io/local-config: "true" and argocd.argoproj.io/hook: Skip',
	);
	const mended = repository.commitDirectly({ 'clusters/east/policies/web.yaml': marked }, 'annotations');
	t.deepEqual(describeRevision(await read(mended)), { policies: [both[1]], problems: [] });
});

test('a folder whose name only begins like that of the manifests is not synced', async (t) => {
	const { repository, read } = await readRepository({
		'spillway.yaml': spillwayYaml.replace('[policies]', '[clusters/east-policies]'),
		'clusters/east-policies/web.yaml': writePolicy('web', 'web'),
	});
	t.deepEqual(describeRevision(await read(await repository.refresh(signal))), {
		policies: [both[1]],
		problems: [],
	});
});
