// Flux's own kustomize-controller on a real API server: how it takes what Git declares, and when it does not.
import { readFile } from 'node:fs/promises';
import test, { type ExecutionContext } from 'ava';
import { type ApiAccess, openApiAccess } from '../support/api-access.ts';
import { type BareRepository, createBareRepository } from '../support/git-remote.ts';
import { collectionPath } from './collection-path.ts';
import { type Flux, type FluxOptions, startFlux } from './flux.ts';
import { fluxTypes } from './flux-objects.ts';
import { recordHistory } from './object-history.ts';
import { type FindCluster, onLab } from './on-lab.ts';
import { fluxParts } from './parts.ts';

await onLab({ names: ['east'], parts: fluxParts, flux: true }, (find) => {
	declareRounds(find);
	declareHolds(find);
	declareSources(find);
	declarePolicies(find);
});

/** A repository that Flux applies to a namespace of its own, and what is live there. */
interface Stage {
	readonly access: ApiAccess;
	readonly repository: BareRepository;
	readonly flux: Flux;
	readonly namespace: string;
	/** The commit that is applied. */
	readonly first: string;
	/** Commits another value; a push, as far as Flux is concerned. */
	push(value: string): Promise<string>;
	/** The live value. */
	read(): Promise<string>;
	/** Changes the live object, as people do. */
	edit(change: object): Promise<void>;
}

interface ConfigMap {
	readonly data: { readonly value: string };
}

const configMaps = { apiVersion: 'v1', plural: 'configmaps' };
const file = 'clusters/east/settings.yaml';

function writeSettings(namespace: string, value: string): string {
	return `apiVersion: v1
kind: Namespace
metadata: {name: ${namespace}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: ${namespace}}
data: {value: "${value}"}
`;
}

/** The first commit, with the value `one`, is applied. */
async function setStage(
	t: ExecutionContext,
	find: FindCluster,
	options: Partial<FluxOptions> & { readonly namespace: string },
): Promise<Stage> {
	t.timeout(60_000);
	const { namespace } = options;
	const cluster = find('east');
	const access = openApiAccess(await readFile(cluster.kubeconfig, 'utf8'));
	t.teardown(access.close);
	const repository = await createBareRepository(t, { [file]: writeSettings(namespace, 'one') });
	const first = (await repository.git('rev-parse', 'main')).trim();
	const flux = await startFlux(t, { cluster, url: repository.url, ...options });
	await flux.untilApplied(first);
	const path = `${collectionPath({ ...configMaps, namespace })}/settings`;
	return {
		access,
		repository,
		flux,
		namespace,
		first,
		push: (value) => repository.commit({ [file]: writeSettings(namespace, value) }, value),
		async read() {
			const { body } = await access.call({ method: 'GET', path });
			return (body as ConfigMap).data.value;
		},
		async edit(change) {
			const mediaType = 'application/merge-patch+json';
			await access.call({ method: 'PATCH', path, mediaType, text: JSON.stringify(change) });
		},
	};
}

function declareRounds(find: FindCluster): void {
	test('real: a push is live once the source was nudged: its new artifact has the Kustomization apply it', async (t) => {
		const { flux, push, read } = await setStage(t, find, { namespace: 'nudged' });
		t.is(await read(), 'one');
		const commit = await push('two');
		const start = Date.now();
		t.is((await flux.nudgeSource()).commit, commit);
		await flux.untilApplied(commit);
		t.log(`${Date.now() - start} ms from the nudge until it was applied`);
		t.is(await read(), 'two');
	});

	test('real: a nudge of the Kustomization undoes an edit, a nudge of the source does not', async (t) => {
		const { flux, first, read, edit } = await setStage(t, find, { namespace: 'drifted' });
		await edit({ data: { value: 'mine' } });
		await flux.nudgeSource();
		t.is(await read(), 'mine');
		t.like(await flux.nudge(), { ready: 'True', commit: first });
		t.is(await read(), 'one');
	});

	test('real: without a nudge the intervals do both', async (t) => {
		const kustomizations = [{ name: 'east', path: './clusters/east', interval: '1s' }];
		const options = { namespace: 'patient', interval: '1s', kustomizations };
		const { flux, push, read, edit } = await setStage(t, find, options);
		await flux.untilApplied(await push('two'));
		t.is(await read(), 'two');
		const settings = await recordHistory(find('east'), { ...configMaps, namespace: 'patient' });
		t.teardown(settings.stop);
		await edit({ data: { value: 'mine' } });
		const values = () =>
			settings.of('settings').map(({ object }) => (object['data'] as ConfigMap['data']).value);
		await settings.until(() => values().includes('mine') && values().at(-1) === 'two');
		t.deepEqual(values(), ['two', 'mine', 'two']);
	});
}

function declareHolds(find: FindCluster): void {
	test('real: a suspended Kustomization heeds a nudge and stays ready, but applies nothing', async (t) => {
		const { flux, first, push, read } = await setStage(t, find, { namespace: 'suspended' });
		await flux.suspend(true);
		const commit = await push('two');
		await flux.nudgeSource();
		t.like(await flux.nudge(), { ready: 'True', commit: first });
		t.is(await read(), 'one');
		await flux.suspend(false);
		await flux.untilApplied(commit);
		t.is(await read(), 'two');
	});

	test('real: an object that says so is left alone, and only it can tell: the Kustomization is ready', async (t) => {
		const { flux, push, read, edit } = await setStage(t, find, { namespace: 'disabled' });
		const annotation = 'kustomize.toolkit.fluxcd.io/reconcile';
		await edit({ metadata: { annotations: { [annotation]: 'disabled' } } });
		const commit = await push('two');
		await flux.nudgeSource();
		await flux.untilApplied(commit);
		t.is(await read(), 'one');
		await edit({ metadata: { annotations: { [annotation]: null } } });
		await flux.nudge();
		t.is(await read(), 'two');
	});

	test('real: a Kustomization waits for those that it depends on', async (t) => {
		const kustomizations = [
			{ name: 'base', path: './clusters/east' },
			{ name: 'missing', path: './clusters/north' },
			{ name: 'apps', path: './clusters/east', dependsOn: ['missing'] },
		];
		const { flux } = await setStage(t, find, { namespace: 'dependent', kustomizations });
		const apps = await flux.until(({ reason }) => reason === 'DependencyNotReady', 'apps');
		t.is(apps.commit, undefined);
		// Each has a round of its own, and says nothing before that is over.
		const missing = await flux.until(({ message = '' }) => message.includes('path not found'), 'missing');
		t.like(missing, { ready: 'False', reason: 'ArtifactFailed' });
	});
}

function declareSources(find: FindCluster): void {
	test('real: while Git is down the source is not ready, and the Kustomization goes on undoing edits', async (t) => {
		const { flux, first, push, read, edit } = await setStage(t, find, { namespace: 'unreachable' });
		await flux.setGitDown(true);
		const commit = await push('two');
		t.like(await flux.nudgeSource(), { ready: 'False', reason: 'GitOperationFailed', commit: first });
		await edit({ data: { value: 'mine' } });
		t.like(await flux.nudge(), { ready: 'True', commit: first });
		t.is(await read(), 'one');
		t.like(await flux.setGitDown(false), { ready: 'True', commit });
		await t.notThrowsAsync(flux.untilApplied(commit));
	});

	test('real: a repository that is gone is told in the words of git, and found again by itself', async (t) => {
		const { repository, flux, first, push } = await setStage(t, find, { namespace: 'moved' });
		const commit = await push('two');
		await repository.git('update-ref', '-d', 'refs/heads/main');
		const source = await flux.nudgeSource();
		t.like(source, { ready: 'False', commit: first });
		t.regex(String(source.message), /refs\/heads\/main/);
		await repository.git('update-ref', 'refs/heads/main', commit);
		await t.notThrowsAsync(flux.untilApplied(commit));
	});

	test('real: a suspended source heeds no nudge', async (t) => {
		const { flux, first, push } = await setStage(t, find, { namespace: 'paused' });
		await flux.suspendSource(true);
		const commit = await push('two');
		const nudged = flux.nudgeSource();
		await flux.nudge();
		t.like(await flux.untilSource(({ ready }) => ready !== undefined), { ready: 'True', commit: first });
		await flux.suspendSource(false);
		await nudged;
		await t.notThrowsAsync(flux.untilApplied(commit));
	});
}

function writePolicy(namespace: string, annotations: string): string {
	return `apiVersion: spillway.dev/v1alpha1
kind: FailoverPolicy
metadata:
  name: web
  namespace: ${namespace}
${annotations}spec:
  target: {cluster: east, name: web}
  backends: [{service: web}, {service: web-west, tier: 1}]
`;
}

const passedOver = `  annotations:
    config.kubernetes.io/local-config: "true"
    argocd.argoproj.io/hook: Skip
`;

function declarePolicies(find: FindCluster): void {
	test('real: a policy with the two annotations is passed over in a synced folder', async (t) => {
		const stage = await setStage(t, find, { namespace: 'passed-over' });
		const { access, flux, namespace, repository } = stage;
		const policy = { 'clusters/east/policy.yaml': writePolicy(namespace, passedOver) };
		const commit = await repository.commit(policy, 'a policy');
		await flux.nudgeSource();
		await flux.untilApplied(commit);
		const path = `${collectionPath({ ...fluxTypes.kustomizations, namespace })}/east`;
		const { body } = await access.call({ method: 'GET', path });
		const { entries } = (body as { status: { inventory: { entries: { id: string }[] } } }).status.inventory;
		t.deepEqual(entries.map(({ id }) => id).sort(), [
			'_passed-over__Namespace',
			'passed-over_settings__ConfigMap',
		]);
	});

	test('real: without them the whole folder fails, and the message names the kind', async (t) => {
		const { flux, namespace, repository, first, read } = await setStage(t, find, { namespace: 'refused' });
		const changes = {
			'clusters/east/policy.yaml': writePolicy(namespace, ''),
			[file]: writeSettings(namespace, 'two'),
		};
		await repository.commit(changes, 'a policy');
		await flux.nudgeSource();
		const status = await flux.until(({ ready }) => ready === 'False');
		const [message] = String(status.message).split('\n');
		const why = 'no matches for kind "FailoverPolicy" in version "spillway.dev/v1alpha1"';
		t.is(message, `FailoverPolicy/${namespace}/web dry-run failed: ${why}`);
		t.is(status.commit, first);
		t.is(await read(), 'one');
	});
}
