import type { ExecutionContext } from 'ava';
import type { EmbeddedApi } from '../../../src/simulator/kubernetes/embedded-api.ts';
import { readConnection } from '../api-access.ts';
import { startEmbeddedApi } from '../embedded-api.ts';
import { type PrivateSplits, type PrivateSplitsOptions, startPrivateSplits } from './private-splits.ts';

export interface EmbeddedSplits extends PrivateSplits {
	readonly api: EmbeddedApi;
}

/** On an embedded API with a clock of its own, which stands still. */
export async function startEmbeddedSplits(
	t: ExecutionContext,
	options: PrivateSplitsOptions = {},
): Promise<EmbeddedSplits> {
	const { api } = await startEmbeddedApi(t);
	return { api, ...(await startPrivateSplits(t, readConnection(api.kubeconfig('east')), options)) };
}
