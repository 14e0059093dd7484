import test from 'ava';
import { aNamespace, aSplit } from '../support/kubernetes-objects.ts';
import { recordHistory } from './object-history.ts';
import type { FindCluster } from './on-lab.ts';
import { create, deploy, runDuring, type Site, scale, showRun, untilReady, untilWeights } from './site.ts';
import { createSmiAdaptor } from './smi-adaptor.ts';

/** Where linkerd-smi runs, a move is not done before it has followed. */
export function declareAdaptor(find: () => Site, findCluster: FindCluster): void {
	test('real: a move has converged once linkerd-smi’s ServiceProfile follows; until then the adaptor is told to stall', async (t) => {
		t.timeout(90_000);
		const east = find();
		showRun(t, east);
		const namespace = 'adapted';
		const labels = { 'failover.linkerd.io/controlled-by': 'linkerd-failover', adapted: 'true' };
		// The other splits have nothing to do with an adaptor that stalls.
		const cluster: Site['cluster'] = {
			...east.cluster,
			watch: (watched, signal) => east.cluster.watch({ ...watched, labelSelector: 'adapted' }, signal),
		};
		const adaptor = createSmiAdaptor(cluster);
		runDuring(t, adaptor.run);
		const profiles = await recordHistory(findCluster('east'), {
			apiVersion: 'linkerd.io/v1alpha2',
			plural: 'serviceprofiles',
		});
		t.teardown(profiles.stop);
		await create(east, aNamespace(namespace));
		const web = { namespace, service: 'web' };
		for (const service of ['web', 'spare']) await deploy(east, { namespace, service });
		await untilReady(east, namespace, 'web', 'spare');
		await create(
			east,
			aSplit({
				metadata: { name: 'web', namespace, labels },
				service: 'web',
				backends: { web: 1, spare: 0 },
			}),
		);
		const overrides = () => {
			const profile = profiles.of(`web.${namespace}.svc.cluster.local`).at(-1);
			const spec = profile?.object['spec'] as { readonly dstOverrides: readonly { weight: number }[] };
			return spec?.dstOverrides.map(({ weight }) => weight).join('/');
		};
		await profiles.until(() => overrides() === '1/0');

		adaptor.stall();
		await scale(east, web, 0);
		await untilWeights(east, { namespace, name: 'web' }, '0/1');
		const about = (reason: string) =>
			east.events.changes.some(
				({ object }) => object['reason'] === reason && object.metadata.namespace === namespace,
			);
		await east.events.until(() => about('AdaptorStalled'));
		t.false(about('Failover'));
		t.is(overrides(), '1/0');
		adaptor.resume();
		await east.events.until(() => about('Failover'));
		await profiles.until(() => overrides() === '0/1');
		await east.run().until(({ policy, message }) => policy === 'adapted/web' && message === 'converged');
		const moves = east.run().lines.filter(({ policy }) => policy === 'adapted/web');
		t.deepEqual(
			moves.filter(({ message }) => /converged/.test(message)).map(({ message }) => message),
			['not converged: linkerd-smi does not follow', 'converged'],
		);
	});
}
