// Keeps the collections that policies rest on watched, and turns what the watches say into dated observations.
import { backOff } from '../model/backoff.ts';
import type { ClusterName } from '../model/names.ts';
import type { Clock, Random } from '../model/ports/clock.ts';
import type { Cluster, Collection, CollectionChange } from '../model/ports/cluster.ts';
import { type Problem, ProblemError } from '../model/problem.ts';
import type { Instant } from '../model/time.ts';
import { readSplit, trafficSplits } from '../model/traffic-split.ts';
import { type Input, inputKey } from './inputs.ts';
import { readService, services } from './service-facts.ts';
import { endpointSlices, readSlice } from './slice-facts.ts';
import type { Observation } from './world.ts';

export interface ClusterSourceParts {
	readonly clock: Clock;
	readonly random: Random;
	/** Throws ProblemError when there is no way to the cluster. */
	readonly findCluster: (name: ClusterName, signal: AbortSignal) => Promise<Cluster>;
	readonly onObservation: (observation: Observation) => void;
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

async function watchInput(parts: ClusterSourceParts, input: Input, signal: AbortSignal): Promise<void> {
	const { cluster: name, namespace, kind } = input;
	const cluster = await reachCluster(parts, name, signal);
	if (cluster === undefined) return;
	const watch = <T>(
		collection: Omit<Collection<T>, 'namespace'>,
		observe: (change: CollectionChange<T>, at: Instant) => Observation,
	): Promise<void> => {
		const sink = (change: CollectionChange<T>): void => {
			if (signal.aborted) return;
			if (change.kind === 'problem') parts.onProblem(change.problem);
			else parts.onObservation(observe(change, parts.clock.now()));
		};
		return cluster.reflect({ ...collection, namespace }, sink, signal);
	};
	const place = { cluster: name, namespace };
	switch (kind) {
		case 'splits':
			return await watch({ resource: trafficSplits, decode: readSplit }, (change, at) => ({
				...place,
				kind,
				change,
				at,
			}));
		case 'services':
			return await watch({ resource: services, decode: readService }, (change, at) => ({
				...place,
				kind,
				change,
				at,
			}));
		case 'slices':
			return await watch({ resource: endpointSlices, decode: readSlice }, (change, at) => ({
				...place,
				kind,
				change,
				at,
			}));
	}
}

/** Tries until there is a way to the cluster, or until aborted. */
async function reachCluster(
	{ findCluster, onProblem, clock, random }: ClusterSourceParts,
	name: ClusterName,
	signal: AbortSignal,
): Promise<Cluster | undefined> {
	for (let failures = 0; !signal.aborted; failures += 1) {
		try {
			return await findCluster(name, signal);
		} catch (error) {
			if (signal.aborted) return undefined;
			if (!(error instanceof ProblemError)) throw error;
			onProblem(error.problem);
			await clock.sleep(backOff(failures, random), signal).catch(() => undefined);
		}
	}
	return undefined;
}
