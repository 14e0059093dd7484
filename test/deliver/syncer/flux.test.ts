import test from 'ava';
import { type FluxFacts, findPair, type Reach, viewFlux } from '../../../src/deliver/syncer/flux.ts';
import { readGitSource, readKustomization } from '../../../src/deliver/syncer/flux-objects.ts';
import type { Blocker } from '../../../src/model/blocker.ts';
import type { KubernetesObject } from '../../../src/model/ports/cluster.ts';
import { aSplit } from '../../support/policies.ts';

const commit = '0123456789abcdef0123456789abcdef01234567';
const older = 'ffff456789abcdef0123456789abcdef01234567';
const place = { url: 'https://git.example/shop/config.git', branch: 'main', folder: 'clusters/east' };

function anObject(name: string, spec: object, status: object = {}): KubernetesObject {
	return { metadata: { name, namespace: 'flux-system', uid: name, resourceVersion: '1' }, spec, status };
}

function aSource(name: string, spec: object = {}, status: object = {}) {
	return readGitSource(anObject(name, { url: place.url, ref: { branch: 'main' }, ...spec }, status));
}

function aKustomization(name: string, spec: object = {}, status: object = {}) {
	const sourceRef = { kind: 'GitRepository', name: 'config' };
	return readKustomization(anObject(name, { path: './clusters/east', sourceRef, ...spec }, status));
}

function find(facts: Partial<FluxFacts>, named?: { readonly namespace: string; readonly name: string }) {
	const all = { kustomizations: [], sources: [aSource('config')], ...facts };
	const pair = findPair(all, place, named);
	return pair && [pair.kustomization.name, pair.source?.name];
}

test('the Kustomization with the longest path above the folder applies it', (t) => {
	const kustomizations = [
		aKustomization('root', { path: './' }),
		aKustomization('east'),
		aKustomization('clusters', { path: 'clusters' }),
		aKustomization('other', { path: './clusters/eastern' }),
		aKustomization('below', { path: './clusters/east/apps' }),
	];
	t.deepEqual(find({ kustomizations }), ['east', 'config']);
	t.deepEqual(find({ kustomizations: kustomizations.slice(2) }), ['clusters', 'config']);
	t.is(find({ kustomizations: kustomizations.slice(3) }), undefined);
});

test('a source of another repository or branch yields to ours, and is taken where it is the only one', (t) => {
	const sources = [
		aSource('config', { url: 'ssh://git@git.example/shop/config' }),
		aSource('mirror', { url: 'https://mirror.example/config' }),
		aSource('next', { ref: { branch: 'next' } }),
	];
	const from = (name: string) => aKustomization(name, { sourceRef: { kind: 'GitRepository', name } });
	t.deepEqual(find({ sources, kustomizations: [from('mirror'), from('next'), from('config')] }), [
		'config',
		'config',
	]);
	t.deepEqual(find({ sources, kustomizations: [from('mirror')] }), ['mirror', 'mirror']);
	t.is(find({ sources, kustomizations: [from('mirror'), from('next')] }), undefined);
});

test('the one that is named counts, wherever it points', (t) => {
	const kustomizations = [aKustomization('east'), aKustomization('web', { path: './web' })];
	t.deepEqual(find({ kustomizations }, { namespace: 'flux-system', name: 'web' }), ['web', 'config']);
	t.is(find({ kustomizations }, { namespace: 'default', name: 'web' }), undefined);
});

test('branches are read as Flux does: no ref is master, a tag follows no branch', (t) => {
	t.is(aSource('a', { ref: undefined }).branch, 'master');
	t.is(aSource('a', { ref: { name: 'refs/heads/main' } }).branch, 'main');
	t.is(aSource('a', { ref: { tag: 'v1' } }).branch, undefined);
});

for (const revision of [`main@sha1:${commit}`, `refs/heads/main@sha1:${commit}`, `main/${commit}`]) {
	test(`the commit of ${revision.slice(0, 16)}… is read`, (t) => {
		t.is(aSource('a', {}, { artifact: { revision } }).artifact, commit);
		t.is(aKustomization('a', {}, { lastAppliedRevision: revision }).applied, commit);
	});
}

function ready(status: string, reason: string, message: string): object {
	return { conditions: [{ type: 'Ready', status, reason, message }] };
}

const nowhere: Reach = { fetched: false, attempted: false, applied: false };
const fetched: Reach = { ...nowhere, fetched: true };
const everywhere: Reach = { fetched: true, attempted: true, applied: true };
const behind = { artifact: { revision: `main@sha1:${older}` } };

interface Said {
	readonly source?: ReturnType<typeof aSource>;
	readonly kustomization?: ReturnType<typeof aKustomization>;
	readonly reach?: Reach;
	readonly kind: Blocker['kind'];
	readonly detail: RegExp;
}

const said: Readonly<Record<string, Said>> = {
	'a paused Kustomization': {
		kustomization: aKustomization('east', { suspend: true }, ready('True', 'ReconciliationSucceeded', '')),
		kind: 'Suspended',
		detail: /^Kustomization flux-system\/east is suspended: flux resume kustomization east -n flux-system$/,
	},
	'a paused source': {
		source: aSource('config', { suspend: true }),
		kind: 'Suspended',
		detail: /^GitRepository flux-system\/config is suspended: flux resume source git config/,
	},
	'a source that cannot fetch': {
		source: aSource('config', {}, { ...behind, ...ready('False', 'GitOperationFailed', 'no\u202eroute') }),
		kind: 'NotFetched',
		detail: /^GitRepository flux-system\/config cannot fetch the branch: no\\u202Eroute$/,
	},
	'a source that is behind': {
		source: aSource('config', {}, behind),
		kind: 'NotFetched',
		detail: /has fetched commit ffff456789ab, and not the commit yet$/,
	},
	'a broken manifest beside ours': {
		kustomization: aKustomization('east', {}, ready('False', 'BuildFailed', 'x.yaml: no kind')),
		reach: fetched,
		kind: 'ApplyFailed',
		detail: /^Kustomization flux-system\/east is not ready: BuildFailed: x.yaml: no kind$/,
	},
	'a health check of an older revision': {
		kustomization: aKustomization('east', {}, ready('Unknown', 'Progressing', 'Running health checks')),
		reach: fetched,
		kind: 'Waiting',
		detail: /is at work: Progressing: Running health checks$/,
	},
	'a dependency': {
		kustomization: aKustomization('east', {}, ready('False', 'DependencyNotReady', 'infra is not ready')),
		reach: fetched,
		kind: 'Waiting',
		detail: /DependencyNotReady: infra is not ready$/,
	},
	'a Kustomization that has not looked yet': {
		kustomization: aKustomization('east', {}, ready('True', 'ReconciliationSucceeded', '')),
		reach: fetched,
		kind: 'Waiting',
		detail: /has not taken up the commit yet$/,
	},
	'one that says it is done': {
		kustomization: aKustomization('east', {}, ready('True', 'ReconciliationSucceeded', '')),
		reach: everywhere,
		kind: 'SaysApplied',
		detail: /says that it applied the commit, and other weights are live$/,
	},
};

for (const [
	what,
	{ source = aSource('config'), kustomization = aKustomization('east'), ...want },
] of Object.entries(said)) {
	test(`${what} is named as what keeps a commit from going live`, (t) => {
		const { blocker } = viewFlux({ kustomization, source }, want.reach ?? nowhere, undefined);
		t.is(blocker?.kind, want.kind);
		t.regex(blocker?.detail ?? '', want.detail);
	});
}

test('an object that Flux is told to leave alone by somebody else is named first, our own hold-off is not', (t) => {
	const pair = { kustomization: aKustomization('east'), source: aSource('config') };
	const live = aSplit(
		{ a: 1 },
		{ heldOff: 'others', leftAloneBy: 'kustomize.toolkit.fluxcd.io/ssa: IfNotPresent' },
	);
	const { blocker } = viewFlux(pair, everywhere, live);
	t.deepEqual(blocker, {
		kind: 'HeldOff',
		detail: 'the object says kustomize.toolkit.fluxcd.io/ssa: IfNotPresent, so that Flux leaves it alone',
	});
	t.is(viewFlux(pair, everywhere, { ...live, heldOff: 'spillway' }).blocker?.kind, 'SaysApplied');
});

test('what it tries carries a commit once that, or a later one, was tried', (t) => {
	const pair = { kustomization: aKustomization('east'), source: aSource('config') };
	t.is(viewFlux(pair, { ...nowhere, fetched: true }, undefined).carries, undefined);
	t.true(viewFlux(pair, { ...fetched, attempted: true }, undefined).carries);
});
