import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { connectCluster } from '../../src/kubernetes/cluster.ts';
import { loadConnection } from '../../src/kubernetes/kubeconfig.ts';
import { createEmbeddedApi } from '../../src/simulator/kubernetes/embedded-api.ts';
import { createVirtualClock } from '../../src/simulator/virtual-clock.ts';
import { clusterContract } from '../contract/cluster.ts';
import { createImpatientClock } from '../support/impatient-clock.ts';
import { keepKubeconfig } from '../support/kept-kubeconfig.ts';
import { actOnStore } from '../support/store-side.ts';
import { makeFolder } from '../support/temporary-folder.ts';

clusterContract('over TLS', async (t) => {
	// Each side has a clock of its own: what makes one impatient must not end the other's watches.
	const api = await createEmbeddedApi({ clock: createVirtualClock(), name: 'east' });
	const kubeconfig = await writeKubeconfig(t, api.kubeconfig('east'));
	const connection = await loadConnection({ kubeconfig, context: 'east', allowInsecure: false });
	const clock = createImpatientClock();
	const cluster = connectCluster({ name: 'east', connection, clock, random: Math.random });
	t.teardown(async () => {
		await cluster.close();
		await api.close();
	});
	return {
		cluster,
		...actOnStore(api.store),
		// The client looks for a type that was not served after half a minute.
		serve(type, versions) {
			api.store.setServed(type, versions);
			return clock.advance(30_000);
		},
		cutWatches(meanwhile) {
			api.faults.inject({ kind: 'cut-watches' });
			return meanwhile();
		},
		proveLife: () => api.watches.bookmark(),
	};
});

async function writeKubeconfig(t: ExecutionContext, text: string): Promise<string> {
	const file = join(await makeFolder(t), 'config');
	await keepKubeconfig(file, text);
	return file;
}
