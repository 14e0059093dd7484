// One process: its clock, and the cluster as it reaches it, with what may go wrong on the way.
import type { Clock } from '../../src/model/ports/clock.ts';
import type { Cluster, KubernetesObject, ObjectRef } from '../../src/model/ports/cluster.ts';
import { type Problem, problem } from '../../src/model/problem.ts';
import type { ObjectStore } from '../../src/simulator/kubernetes/object-store.ts';
import { createMemoryCluster, type MemoryCluster } from '../../src/simulator/memory-cluster.ts';
import type { VirtualClock } from '../../src/simulator/virtual-clock.ts';

/** What may happen to a call: `refuse` and `drop` only concern writes. */
export type Trouble = 'refuse' | 'drop' | 'lose-answer' | 'hang';

/** A call of a process: which one, of what type of object, and whether its answer is there. */
export interface Effect {
	readonly index: number;
	readonly plural: string;
	readonly answered: boolean;
}

export interface Wire {
	readonly cluster: Cluster;
	/** Calls that it began so far. */
	effects(): number;
	/** What becomes of its calls from now on. */
	trouble(kind: Trouble | undefined): void;
	/** Called before and after each call. */
	onEffect(listener: (effect: Effect) => void): void;
}

export interface Process extends Wire {
	readonly network: MemoryCluster;
	readonly clock: Clock;
	/** Nothing of it runs until it is resumed. */
	pause(): void;
	resume(): void;
	/** As SIGKILL: nothing of it ever runs again, and its watches end. */
	kill(): void;
}

export interface ProcessOptions {
	/** How fast its clock runs. */
	readonly rate?: number;
	/** How far its clock is off. */
	readonly offset?: number;
	/** Its watches never tell anything. */
	readonly blind?: boolean;
}

interface Surroundings {
	readonly clock: VirtualClock;
	readonly store: ObjectStore;
}

export function startProcess({ clock, store }: Surroundings, options: ProcessOptions = {}): Process {
	const { rate = 1, offset = 0, blind = false } = options;
	const origin = clock.now();
	const network = createMemoryCluster({ name: 'east', store, clock });
	let asleep: PromiseWithResolvers<void> | undefined;
	const awake = async (): Promise<void> => {
		while (asleep !== undefined) await asleep.promise;
	};
	const pause = (): void => {
		asleep ??= Promise.withResolvers<void>();
	};
	return {
		...createWire(blind ? { ...network, reflect: untilAborted } : network, awake),
		network,
		clock: {
			now: () => origin + offset + (clock.now() - origin) * rate,
			async sleep(span, signal) {
				await clock.sleep(span / rate, signal);
				await awake();
				signal.throwIfAborted();
			},
		},
		pause,
		resume() {
			asleep?.resolve();
			asleep = undefined;
		},
		kill() {
			pause();
			network.faults.inject({ kind: 'unreachable' });
		},
	};
}

function createWire(network: Cluster, awake: () => Promise<void>): Wire {
	let effects = 0;
	let troubled: Trouble | undefined;
	let listener: (effect: Effect) => void = () => undefined;
	const call = async <T>({ resource: { plural } }: ObjectRef, send: () => Promise<T>): Promise<T> => {
		const index = effects++;
		listener({ index, plural, answered: false });
		await awake();
		if (troubled === 'hang') return await new Promise<never>(() => undefined);
		const answer = await send();
		listener({ index, plural, answered: true });
		await awake();
		return answer;
	};
	const write = async (
		ref: ObjectRef,
		send: () => ReturnType<Cluster['create']>,
	): ReturnType<Cluster['create']> =>
		await call(ref, async () => {
			switch (troubled) {
				case 'refuse':
					return ref.resource.plural === 'leases' ? { kind: 'refused', problem: forbidden } : await send();
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
			read: (ref, signal) => call<KubernetesObject | undefined>(ref, () => network.read(ref, signal)),
			patch: (ref, operations, signal) => write(ref, () => network.patch(ref, operations, signal)),
			create: (ref, manifest, signal) => write(ref, () => network.create(ref, manifest, signal)),
			replace: (ref, manifest, signal) => write(ref, () => network.replace(ref, manifest, signal)),
		},
	};
}

/** A watch that never tells anything. */
async function untilAborted(_collection: unknown, _sink: unknown, signal: AbortSignal): Promise<void> {
	await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
}

const forbidden: Problem = problem('E_FORBIDDEN', {
	where: { kind: 'named', name: 'east' },
	message: 'may not update leases',
});
