import type { ExecutionContext } from 'ava';
import { createEmbeddedApi, type EmbeddedApi } from '../../src/simulator/kubernetes/embedded-api.ts';
import { createVirtualClock, type VirtualClock } from '../../src/simulator/virtual-clock.ts';
import { type ApiAccess, openApiAccess } from './api-access.ts';

export interface EmbeddedApiUnderTest {
	readonly api: EmbeddedApi;
	readonly clock: VirtualClock;
	readonly access: ApiAccess;
}

/** An embedded API on a virtual clock, and a client of it; both closed when the test ends. */
export async function startEmbeddedApi(
	t: ExecutionContext,
	clock: VirtualClock = createVirtualClock(),
): Promise<EmbeddedApiUnderTest> {
	const api = await createEmbeddedApi({ clock, name: 'east' });
	const access = openApiAccess(api.kubeconfig('east'));
	t.teardown(async () => {
		await access.close();
		await api.close();
	});
	return { api, clock, access };
}
