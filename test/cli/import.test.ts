import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { createFolder } from '../support/git-remote.ts';
import { aNamespace, aService, aSplit, createObjects } from '../support/kubernetes-objects.ts';
import { aLabelled, controlledBy, old } from '../support/labelled-splits.ts';
import { startLiveWorld } from '../support/live-world.ts';
import { draftPolicy } from '../support/policy-documents.ts';
import { runSpillway } from '../support/terminal.ts';

const examples = fileURLToPath(new URL('../../examples/linkerd-failover/', import.meta.url));
const golden = fileURLToPath(new URL('golden/', import.meta.url));
const example = (name: string) => `${examples}${name}.yaml`;

for (const name of ['workshop', 'podinfo', 'blog']) {
	test(`the policy of ${name} is as it was when it was last looked at`, async (t) => {
		const via = name === 'podinfo' ? ['--via', 'Commit'] : [];
		const { status, out } = await runSpillway(
			t,
			'import',
			'--cluster',
			'east',
			'--file',
			example(name),
			...via,
		);
		t.is(status, 0);
		t.is(out, await readFile(`${golden}import-${name}.yaml`, 'utf8'));
	});
}

test('several manifests become several documents, and the summary counts them', async (t) => {
	const files = ['workshop', 'docs', 'podinfo', 'slides', 'blog'].map(example);
	const { status, out, err } = await runSpillway(t, 'import', '--cluster', 'east', '--file', ...files);
	t.is(status, 0);
	t.is(out.split('---\n').length, 5);
	t.is(err.trimEnd().split('\n').at(-1), 'TrafficSplits: 5, policies: 5, problems: 0, warnings: 1');
});

test('a folder gets one file per policy, which validate has nothing against', async (t) => {
	const folder = await createFolder(t);
	const manifests = ['workshop', 'docs', 'podinfo', 'slides', 'blog'].map(example);
	const into = join(folder, 'policies');
	const flags = ['import', '--cluster', 'east', '--file', ...manifests, '--output-dir', into];
	t.is((await runSpillway(t, ...flags)).status, 0);
	await writeFile(
		join(folder, 'spillway.yaml'),
		'apiVersion: spillway.dev/v1alpha1\nkind: SpillwayConfig\nspec: {policies: [policies], clusters: {east: {context: east}}}\n',
	);
	t.deepEqual(await runSpillway(t, 'validate', folder), {
		status: 0,
		out: '',
		err: '6 files, 5 valid policies, 0 problems\n',
	});
	t.regex(await readFile(join(into, 'emojivoto/emoji-svc.yaml'), 'utf8'), /name: emoji-svc /);
});

test('nothing is overwritten, not even in part, unless that is asked for', async (t) => {
	const folder = await createFolder(t);
	await mkdir(join(folder, 'emojivoto'));
	await writeFile(join(folder, 'emojivoto/web-svc-failover.yaml'), '# mine\n');
	const files = ['workshop', 'docs'].map(example);
	const flags = ['import', '--cluster', 'east', '--file', ...files, '--output-dir', folder];
	const { status, err } = await runSpillway(t, ...flags);
	t.is(status, 2);
	t.regex(err, /web-svc-failover\.yaml E_FLAG exists already/);
	await t.throwsAsync(readFile(join(folder, 'emojivoto/emoji-svc.yaml')), { code: 'ENOENT' });
	t.is(await readFile(join(folder, 'emojivoto/web-svc-failover.yaml'), 'utf8'), '# mine\n');
	t.is((await runSpillway(t, ...flags, '--force')).status, 0);
	t.not(await readFile(join(folder, 'emojivoto/web-svc-failover.yaml'), 'utf8'), '# mine\n');
});

test('what cannot be imported is told with its place, and the rest is imported all the same', async (t) => {
	const files = [example('as-printed/slides'), example('as-printed/blog'), example('workshop')];
	const { status, out, err } = await runSpillway(t, 'import', '--cluster', 'east', '--file', ...files);
	t.is(status, 1);
	t.is(draftPolicy(out).key, 'emojivoto/emoji-svc');
	t.regex(err, /as-printed\/blog\.yaml:4:1 E_INDENTATION /);
	t.regex(err, /as-printed\/slides\.yaml:12:16 E_NAME_DNS1035 /);
	t.regex(err, /as-printed\/slides\.yaml:4:3 E_REQUIRED metadata\.namespace is required/);
});

/** Writes objects as a file and imports them. */
async function importObjects(t: ExecutionContext, objects: readonly object[], ...flags: readonly string[]) {
	const file = join(await createFolder(t), 'list.json');
	await writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
	return await runSpillway(t, 'import', '--cluster', 'east', '--file', file, ...flags);
}

test('only labelled splits are imported, in the namespace given where they name none', async (t) => {
	const bare = {
		...aLabelled('web', controlledBy('x')),
		metadata: { name: 'web', labels: controlledBy('x') },
	};
	const { status, out, err } = await importObjects(t, [bare, aSplit()], '-n', 'shop');
	t.is(status, 0);
	t.is(draftPolicy(out).key, 'shop/web');
	t.regex(err, /^TrafficSplits: 1, policies: 1, /m);
	const none = await importObjects(t, [aSplit()]);
	t.deepEqual(none, {
		status: 1,
		out: '',
		err: 'no TrafficSplit has the label failover.linkerd.io/controlled-by\n',
	});
});

test('a split’s name that is no policy’s is changed, and two of them never become one', async (t) => {
	const names = ['a.b', 'a-b', `${'x'.repeat(70)}.1`, 'no'];
	const { out, status } = await importObjects(
		t,
		names.map((name) => ({ ...aLabelled(name, old), spec: aSplit()['spec'] })),
	);
	t.is(status, 0);
	t.deepEqual(
		out
			.split('---\n')
			.map((text) => draftPolicy(text))
			.map(({ name, target }) => [name, target.name]),
		[
			['a-b', 'a.b'],
			['a-b-2', 'a-b'],
			['x'.repeat(63), `${'x'.repeat(70)}.1`],
			['no', 'no'],
		],
	);
});

const refused: readonly (readonly [string, object, RegExp])[] = [
	['has one backend', aSplit({ metadata: { labels: old }, backends: { a: 1 } }), /E_MIN_ITEMS/],
	['has no legal name', aSplit({ metadata: { name: '../x', labels: old } }), /E_NAME_DNS1123 metadata\.name/],
	[
		'has no legal namespace',
		aSplit({ metadata: { namespace: '../x', labels: old } }),
		/E_NAME_DNS1123 metadata\.namespace/,
	],
	[
		'has a backend that breaks out',
		aSplit({ metadata: { labels: old }, backends: { a: 1, 'b\n  mode: Observe': 0 } }),
		/E_NAME_DNS1035/,
	],
	[
		'has a template for a backend',
		aSplit({ metadata: { labels: old }, backends: { a: 1, '{{ .Values.west }}': 0 } }),
		/E_NAME_DNS1035 spec\.backends\[1\]\.service is a template/,
	],
	[
		'names no backend as its primary',
		aSplit({ metadata: { labels: old, annotations: { 'failover.linkerd.io/primary-service': 'x' } } }),
		/E_PRIMARY/,
	],
];

for (const [what, split, told] of refused) {
	test(`a split that ${what} becomes no policy`, async (t) => {
		const { status, out, err } = await importObjects(t, [split]);
		t.deepEqual([status, out], [1, '']);
		t.regex(err, told);
	});
}

test('one split given twice becomes one policy', async (t) => {
	const { status, out, err } = await importObjects(t, [aLabelled('web', old), aLabelled('web', old)]);
	t.is(status, 1);
	t.is(draftPolicy(out).key, 'emojivoto/web');
	t.regex(err, /E_CONFLICT TrafficSplit emojivoto\/web stands elsewhere too/);
});

const wrongCalls: readonly (readonly [string, readonly string[], RegExp])[] = [
	['neither a file nor a context', ['--cluster', 'east'], /import E_FLAG give --file or --context/],
	['both a file and a context', ['--cluster', 'east', '--file', 'x', '--context', 'x'], /--context E_FLAG/],
	['a selector for a file', ['--cluster', 'east', '--file', 'x', '--selector', 'x'], /--selector E_FLAG/],
	['a file that is not there', ['--cluster', 'east', '--file', '/nonexistent'], /\/nonexistent E_NOT_FOUND/],
	['no cluster', ['--file', 'x'], /required option '--cluster <name>'/],
	['a name that no cluster can have', ['--cluster', 'East', '--file', 'x'], /--cluster E_FLAG/],
	[
		'a way that is none',
		['--cluster', 'east', '--file', 'x', '--via', 'Mail'],
		/Allowed choices are Direct, Commit/,
	],
];

for (const [what, flags, told] of wrongCalls) {
	test(`${what} is a wrong call`, async (t) => {
		const { status, out, err } = await runSpillway(t, 'import', ...flags);
		t.deepEqual([status, out], [2, '']);
		t.regex(err, told);
	});
}

test('a cluster is asked for the splits of all its namespaces, by either label or by the selector', async (t) => {
	const { api, kubeconfig } = await startLiveWorld(t);
	createObjects(
		api.store,
		aNamespace('shop'),
		aLabelled('web', controlledBy('linkerd-failover')),
		aLabelled('api', controlledBy('spillway'), 'shop'),
		aLabelled('old', old),
	);
	const flags = ['import', '--cluster', 'east', '--kubeconfig', kubeconfig, '--context', 'east'];
	const all = await runSpillway(t, ...flags);
	t.is(all.status, 0, all.err);
	const keys = (out: string) =>
		out
			.split('---\n')
			.map((text) => draftPolicy(text).key)
			.sort();
	t.deepEqual(keys(all.out), ['emojivoto/old', 'emojivoto/web', 'shop/api']);
	t.regex(all.err, /^TrafficSplit east emojivoto\/old W_OLD_LABEL /m);
	const some = await runSpillway(t, ...flags, '--selector', 'failover.linkerd.io/controlled-by=spillway');
	t.deepEqual(keys(some.out), ['emojivoto/old', 'shop/api']);
});

test('a live Service that no split can send to is told', async (t) => {
	const { api, kubeconfig } = await startLiveWorld(t);
	createObjects(
		api.store,
		aService({ metadata: { name: 'headless' }, spec: { clusterIP: 'None' } }),
		aSplit({ metadata: { name: 'odd', labels: old }, backends: { 'emoji-svc': 1, headless: 0 } }),
	);
	const { err } = await runSpillway(
		t,
		'import',
		'--cluster',
		'east',
		'--kubeconfig',
		kubeconfig,
		'--context',
		'east',
	);
	t.regex(err, /TrafficSplit east emojivoto\/odd W_BACKEND_KIND /);
});

test('a cluster that cannot be asked is one problem', async (t) => {
	const { kubeconfig } = await startLiveWorld(t);
	const wrong = await runSpillway(
		t,
		'import',
		'--cluster',
		'east',
		'--kubeconfig',
		kubeconfig,
		'--context',
		'nowhere',
	);
	t.is(wrong.status, 78);
	t.regex(wrong.err, /E_KUBECONFIG context 'nowhere' not found/);
});
