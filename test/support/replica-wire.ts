// The cluster as one process reaches it, with what may go wrong on the way.
import type { Cluster, KubernetesObject, VersionedRef } from '../../src/model/ports/cluster.ts';
import { type Problem, problem } from '../../src/model/problem.ts';

/** What may happen to a call: `refuse` and `drop` only concern writes. */
export type Trouble = 'refuse' | 'drop' | 'lose-answer' | 'hang';

export interface Wire {
	readonly cluster: Cluster;
	effects(): number;
	trouble(kind: Trouble | undefined): void;
	onEffect(listener: (index: number, sent: boolean) => void): void;
}

/** The cluster as one process reaches it. */
export function createWire(network: Cluster, awake: () => Promise<void>): Wire {
	let effects = 0;
	let troubled: Trouble | undefined;
	let listener: (index: number, sent: boolean) => void = () => undefined;
	const call = async <T>(send: () => Promise<T>): Promise<T> => {
		const index = effects++;
		listener(index, false);
		await awake();
		if (troubled === 'hang') return await new Promise<never>(() => undefined);
		const answer = await send();
		listener(index, true);
		await awake();
		return answer;
	};
	const write = async (
		{ resource }: VersionedRef,
		send: () => ReturnType<Cluster['create']>,
	): ReturnType<Cluster['create']> =>
		await call(async () => {
			switch (troubled) {
				case 'refuse':
					return resource.plural === 'leases' ? { kind: 'refused', problem: forbidden } : await send();
				case 'drop':
					return { kind: 'unavailable', message: 'connection refused' };
				case 'lose-answer':
					await send();
					return { kind: 'unknown', message: 'the connection broke before the answer' };
				default:
					return await send();
			}
		});
	return {
		effects: () => effects,
		trouble: (kind) => (troubled = kind),
		onEffect: (next) => (listener = next),
		cluster: {
			...network,
			reflect: (collection, sink, signal) =>
				network.reflect(collection, (change) => void awake().then(() => sink(change)), signal),
			read: (ref, signal) => call<KubernetesObject | undefined>(() => network.read(ref, signal)),
			patch: (ref, operations, signal) => write(ref, () => network.patch(ref, operations, signal)),
			create: (ref, manifest, signal) => write(ref, () => network.create(ref, manifest, signal)),
			replace: (ref, manifest, signal) => write(ref, () => network.replace(ref, manifest, signal)),
		},
	};
}

/** A watch that never tells anything. */
export async function untilAborted(_collection: unknown, _sink: unknown, signal: AbortSignal): Promise<void> {
	await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
}

const forbidden: Problem = problem('E_FORBIDDEN', {
	where: { kind: 'named', name: 'east' },
	message: 'may not update leases',
});
