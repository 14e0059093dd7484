// Keeps the collections that policies rest on watched, and turns what the watches say into dated observations.
import { backOff } from '../model/backoff.ts';
import type { ClusterName } from '../model/names.ts';
import type { Clock, Random } from '../model/ports/clock.ts';
import type { Cluster, CollectionChange, Item } from '../model/ports/cluster.ts';
import { type Problem, ProblemError, problem } from '../model/problem.ts';
import type { Instant } from '../model/time.ts';
import { collections, type Facts, type Input, inputKey, type SourceKind } from './collections.ts';

/** One dated fact from a watched collection. */
export type OnObservation = <K extends SourceKind>(
	input: Input<K>,
	change: CollectionChange<Facts[K]>,
	at: Instant,
) => void;

export interface ClusterSourceParts {
	readonly clock: Clock;
	readonly random: Random;
	/** Throws ProblemError when there is no way to the cluster. */
	readonly findCluster: (name: ClusterName, signal: AbortSignal) => Promise<Cluster>;
	readonly onObservation: OnObservation;
	readonly onProblem: (problem: Problem) => void;
}

export interface ClusterSources {
	/** Starts watching what is new. */
	ensure(inputs: readonly Input[], signal: AbortSignal): void;
	/** Stops watching what is not named. Returns the inputs stopped. */
	retain(inputs: readonly Input[]): readonly Input[];
}

/** Watches are started on demand and heal themselves; the caller's signal ends them all. */
export function createClusterSources(parts: ClusterSourceParts): ClusterSources {
	const watched = new Map<string, { readonly input: Input; readonly stop: AbortController }>();
	return {
		ensure(inputs, signal) {
			for (const input of inputs) {
				if (watched.has(inputKey(input))) continue;
				const stop = new AbortController();
				watched.set(inputKey(input), { input, stop });
				void watchInput(parts, input, AbortSignal.any([signal, stop.signal]));
			}
		},
		retain(inputs) {
			const kept = new Set(inputs.map(inputKey));
			const stopped = [...watched].filter(([key]) => !kept.has(key));
			for (const [key, { stop }] of stopped) {
				stop.abort();
				watched.delete(key);
			}
			return stopped.map(([, { input }]) => input);
		},
	};
}

/** Tries until there is a way to the cluster, then watches until aborted. Whatever is thrown ends nothing else. */
async function watchInput<K extends SourceKind>(
	parts: ClusterSourceParts,
	input: Input<K>,
	signal: AbortSignal,
): Promise<void> {
	const { findCluster, onProblem, clock, random } = parts;
	const { cluster: name, namespace, kind } = input;
	const { resource, optional = false, decode } = collections[kind];
	const sink = createSink(parts, input, signal);
	for (let failures = 0; !signal.aborted; failures += 1) {
		try {
			const cluster = await findCluster(name, signal);
			await cluster.reflect({ resource, namespace, optional, decode }, sink, signal);
		} catch (error) {
			if (signal.aborted) return;
			onProblem(problemOf(name, error));
		}
		await clock.sleep(backOff(failures, random), signal).catch(() => undefined);
	}
}

function createSink<K extends SourceKind>(
	{ clock, onObservation, onProblem }: ClusterSourceParts,
	input: Input<K>,
	signal: AbortSignal,
): (change: CollectionChange<Facts[K]>) => void {
	const { faultOf } = collections[input.kind];
	const reportFaults = (items: readonly Item<Facts[K]>[]): void => {
		for (const item of items) {
			const fault = faultOf?.(item.value);
			if (fault !== undefined) onProblem(unreadable(input, item.name, fault));
		}
	};
	return (change) => {
		if (signal.aborted) return;
		if (change.kind === 'problem') return onProblem(change.problem);
		if (change.kind === 'reset') reportFaults(change.items);
		if (change.kind === 'applied') reportFaults([change.item]);
		onObservation(input, change, clock.now());
	};
}

function unreadable({ cluster, namespace, kind }: Input, name: string, fault: string): Problem {
	const { group, plural } = collections[kind].resource;
	const where = { kind: 'named', name: `${cluster} ${namespace}/${name}` } as const;
	const message = `an object of ${plural}.${group} cannot be read: ${fault}`;
	return problem('E_OBJECT_INVALID', { where, message });
}

function problemOf(cluster: ClusterName, error: unknown): Problem {
	if (error instanceof ProblemError) return error.problem;
	const message = error instanceof Error ? error.message : String(error);
	return problem('E_CLUSTER_UNREACHABLE', { where: { kind: 'named', name: cluster }, message });
}
