// Argo CD's own controller and repo-server on a real API server: how they take what Git declares, and when they do not.
import test from 'ava';
import type { FindCluster } from '../on-lab.ts';
import { declareSyncer } from './declare-syncer.ts';
import { onArgoCd } from './on-argo-cd.ts';
import { folder, setStage } from './stage.ts';

await onArgoCd((find) => {
	declareRefreshes(find);
	declareDrift(find);
	declareSkips(find);
	declareIgnored(find);
	declarePolicies(find);
	declareFailures(find);
	declareSyncer(find);
});

function declareRefreshes(find: FindCluster): void {
	// Before all others, so that the time means something.
	test.serial('real: a pushed weight is live once the Application was asked to refresh', async (t) => {
		const { argoCd, push, untilLive } = await setStage(t, find, { name: 'refreshed' });
		const commit = await push('0/1');
		const start = Date.now();
		await argoCd.refresh();
		await untilLive('0/1');
		t.log(`${Date.now() - start} ms from the refresh until it was live`);
		await argoCd.untilSynced(commit);
		t.is(annotationsOf(argoCd.object())['argocd.argoproj.io/refresh'], undefined, 'it is taken off');
	});

	test('real: without automated sync the commit is compared, and not applied', async (t) => {
		const { argoCd, first, push, read, untilLive } = await setStage(t, find, { name: 'by-hand' });
		// Both ways to switch it off.
		for (const automated of [null, { enabled: false }]) {
			await argoCd.patch({ spec: { syncPolicy: { automated } } });
			const commit = await push(automated === null ? '0/1' : '0.5/0.5');
			const status = await argoCd.refreshTo(commit);
			t.like(status, { sync: 'OutOfSync', phase: 'Succeeded', operated: first, conditions: [] });
		}
		t.is(read(), '1/0');
		await argoCd.patch({ spec: { syncPolicy: { automated: { enabled: true } } } });
		await t.notThrowsAsync(untilLive('0.5/0.5'));
	});
}

function declareDrift(find: FindCluster): void {
	test('real: selfHeal undoes an edit', async (t) => {
		const stage = await setStage(t, find, { name: 'healed', automated: { selfHeal: true } });
		await stage.edit('0/1');
		await stage.untilLive('1/0');
		t.deepEqual(stage.seen(), ['1/0', '0/1', '1/0']);
	});

	test('real: without selfHeal an edit stays until the next commit, of whatever', async (t) => {
		const { argoCd, first, repository, edit, read, untilLive } = await setStage(t, find, { name: 'drifted' });
		await edit('0/1');
		await argoCd.until(({ sync }) => sync === 'OutOfSync');
		await argoCd.refresh();
		const status = await argoCd.until(
			() => annotationsOf(argoCd.object())['argocd.argoproj.io/refresh'] === undefined,
		);
		t.like(status, { sync: 'OutOfSync', commit: first, phase: 'Succeeded' });
		t.is(read(), '0/1');
		await argoCd.refreshTo(await repository.commit({ 'README.md': 'words' }, 'words'));
		await t.notThrowsAsync(untilLive('1/0'));
	});

	test('real: while the branch cannot be read the commit compared with is a name, and edits are undone', async (t) => {
		const options = { name: 'unreachable', automated: { selfHeal: true } };
		const { argoCd, first, repository, edit, untilLive } = await setStage(t, find, options);
		await repository.git('update-ref', '-d', 'refs/heads/main');
		await argoCd.refresh();
		const unknown = await argoCd.until(({ sync }) => sync === 'Unknown');
		t.like(unknown, { commit: 'main', phase: 'Succeeded', operated: first });
		t.regex(unknown.conditions.join(), /^ComparisonError: Failed to load target state: /);
		await edit('0/1');
		await untilLive('1/0');
		// What it compares with then is what it has kept of the branch, and nothing tells.
		t.deepEqual((await argoCd.untilSynced(first)).conditions, []);
	});
}

function declareSkips(find: FindCluster): void {
	const skip = 'argocd.argoproj.io/skip-reconcile';
	const refresh = 'argocd.argoproj.io/refresh';

	test('real: what an Application with skip-reconcile applies stays as it is edited, whatever is pushed', async (t) => {
		const stage = await setStage(t, find, { name: 'skipped', automated: { selfHeal: true } });
		const { argoCd, first } = stage;
		await argoCd.annotate({ [skip]: 'true' });
		const bystander = await stage.addBystander();
		await stage.edit('0.5/0.5');
		const commit = await stage.push('0/1');
		await argoCd.refresh();
		await bystander.refreshTo(commit);
		t.is(stage.read(), '0.5/0.5');
		t.like(argoCd.status(), { sync: 'Synced', commit: first });
		t.is(annotationsOf(argoCd.object())[refresh], 'normal', 'the refresh waits');
		await argoCd.annotate({ [skip]: null });
		await stage.untilLive('0/1');
		await argoCd.untilSynced(commit);
		t.deepEqual(stage.seen(), ['1/0', '0.5/0.5', '0/1']);
	});
}

function declareIgnored(find: FindCluster): void {
	// With RespectIgnoreDifferences and without.
	for (const ignoreWeights of ['everywhere', 'compared'] as const) {
		test(`real: weights that are ignored, ${ignoreWeights}, are not applied, and it reads Synced`, async (t) => {
			const options = { name: `ignored-${ignoreWeights}`, ignoreWeights, automated: { selfHeal: true } };
			const { argoCd, first, push, edit, seen, untilLive } = await setStage(t, find, options);
			const status = await argoCd.refreshTo(await push('0/1'));
			t.like(status, { sync: 'Synced', phase: 'Succeeded', operated: first }, 'no sync was needed');
			await edit('0.5/0.5');
			// Only a difference elsewhere brings a sync.
			const settings = {
				[`${folder}/settings.yaml`]: `apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: ${options.name}}
`,
			};
			const more = await push('0/1', settings);
			await argoCd.refreshTo(more);
			await argoCd.untilSynced(more);
			if (ignoreWeights === 'compared') await untilLive('0/1');
			const last = ignoreWeights === 'everywhere' ? [] : ['0/1'];
			t.deepEqual(seen(), ['1/0', '0.5/0.5', ...last]);
		});
	}

	test('real: where a sync leaves weights alone a backend that Git adds never arrives', async (t) => {
		const options = { name: 'added', ignoreWeights: 'everywhere', automated: { selfHeal: true } } as const;
		const { argoCd, repository, backends } = await setStage(t, find, options);
		const file = `${folder}/web.yaml`;
		const more = `${await repository.show(file)}    - {service: web-north, weight: 0}\n`;
		const commit = await repository.commit({ [file]: more }, 'added');
		await argoCd.refreshTo(commit);
		const ends = new Set<string | undefined>();
		await argoCd.until(({ sync, phase, operated, finishedAt }) => {
			if (sync === 'OutOfSync' && phase === 'Succeeded' && operated === commit) ends.add(finishedAt);
			return ends.size > 1;
		});
		t.deepEqual(backends(), ['web', 'web-west'], 'it synced twice, in vain');
	});
}

function declarePolicies(find: FindCluster): void {
	const write = (namespace: string, annotations: string) => ({
		[`${folder}/policy.yaml`]: `apiVersion: spillway.dev/v1alpha1
kind: FailoverPolicy
metadata: {name: web, namespace: ${namespace}, annotations: {${annotations}}}
spec:
  target: {cluster: east, name: web}
  backends: [{service: web}, {service: web-west, tier: 1}]
`,
	});
	const local = 'config.kubernetes.io/local-config: "true"';

	test('real: a policy with both annotations in a synced folder is listed, and never applied', async (t) => {
		const name = 'passed-over';
		const { argoCd, push, untilLive } = await setStage(t, find, { name });
		const commit = await push('0/1', write(name, `${local}, argocd.argoproj.io/hook: Skip`));
		await argoCd.refreshTo(commit);
		t.like(await argoCd.untilSynced(commit), {
			health: 'Healthy',
			conditions: [],
			resources: ['FailoverPolicy web', `Namespace ${name}`, 'TrafficSplit web'],
			results: [`Namespace ${name} Synced`, 'TrafficSplit web Synced'],
		});
		await untilLive('0/1');
	});

	test('real: without hook: Skip nothing of the folder is applied, and only the result names the kind', async (t) => {
		const name = 'refused';
		const { argoCd, push, read } = await setStage(t, find, { name, retry: { limit: 0 } });
		const commit = await push('0/1', write(name, local));
		await argoCd.refreshTo(commit);
		const { conditions, ...status } = await argoCd.until(
			(seen) => seen.phase === 'Failed' && seen.conditions.length > 0,
		);
		const message = 'one or more synchronization tasks are not valid';
		const api = 'The Kubernetes API could not find spillway.dev/FailoverPolicy for requested resource';
		const mend = 'Make sure the "FailoverPolicy" CRD is installed on the destination cluster.';
		t.like(status, { sync: 'OutOfSync', commit, operated: commit, health: 'Healthy' });
		t.true(status.message?.startsWith(message));
		t.regex(conditions.join(), /^SyncError: Failed last sync attempt to \[[0-9a-f]{40}\]: one or more/);
		t.deepEqual(status.failures, [`FailoverPolicy web: ${api} ${name}/web. ${mend}`]);
		t.is(read(), '1/0');
	});
}

function declareFailures(find: FindCluster): void {
	test('real: a good commit waits until the tries of a bad one before it are over', async (t) => {
		const retry = { limit: 2, backoff: { duration: '1s' } };
		const { argoCd, push, read, untilLive } = await setStage(t, find, { name: 'retried', retry });
		const bad = await push('0/"none"');
		await argoCd.refreshTo(bad);
		const tried = await argoCd.until(({ failures }) => failures.length > 0);
		t.like(tried, { phase: 'Running', operated: bad }, 'it waits for the next try');
		t.regex(tried.message ?? '', /must be of type number: "string"\. Retrying attempt #1 at /);
		const good = await push('0/1');
		t.like(await argoCd.refreshTo(good), { sync: 'OutOfSync', phase: 'Running', operated: bad });
		t.is(read(), '1/0');
		await untilLive('0/1');
		await t.notThrowsAsync(argoCd.untilSynced(good));
	});
}

function annotationsOf(object: object): Readonly<Record<string, string>> {
	const { metadata } = object as { readonly metadata?: { readonly annotations?: Record<string, string> } };
	return metadata?.annotations ?? {};
}
