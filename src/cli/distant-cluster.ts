import { backOff } from '../model/backoff.ts';
import type { ClusterName } from '../model/names.ts';
import type { Clock, Random } from '../model/ports/clock.ts';
import type { Cluster, WriteOutcome } from '../model/ports/cluster.ts';
import { type Problem, ProblemError } from '../model/problem.ts';

export interface DistantClusterParts {
	readonly name: ClusterName;
	/** Throws ProblemError while there is no way to the cluster. */
	readonly find: (name: ClusterName, signal: AbortSignal) => Promise<Cluster>;
	readonly clock: Clock;
	readonly random: Random;
	readonly onProblem: (problem: Problem) => void;
}

/** A cluster that may not be known or reachable yet: it is looked for with each call. */
export function createDistantCluster(parts: DistantClusterParts): Cluster {
	const { name } = parts;
	const find = (signal: AbortSignal): Promise<Cluster> => parts.find(name, signal);
	const write = async (
		signal: AbortSignal,
		run: (cluster: Cluster) => Promise<WriteOutcome>,
	): Promise<WriteOutcome> => {
		try {
			return await run(await find(signal));
		} catch (error) {
			if (!(error instanceof ProblemError)) throw error;
			return { kind: 'unavailable', message: error.problem.message };
		}
	};
	return {
		name,
		async reflect(collection, sink, signal) {
			const cluster = await findPatiently(parts, signal);
			await cluster?.reflect(collection, sink, signal);
		},
		read: async (ref, signal) => await (await find(signal)).read(ref, signal),
		patch: (ref, operations, signal) => write(signal, (cluster) => cluster.patch(ref, operations, signal)),
		apply: (ref, manifest, signal) => write(signal, (cluster) => cluster.apply(ref, manifest, signal)),
		create: (ref, manifest, signal) => write(signal, (cluster) => cluster.create(ref, manifest, signal)),
		replace: (ref, manifest, signal) => write(signal, (cluster) => cluster.replace(ref, manifest, signal)),
		createEvent: async (event, signal) => await (await find(signal)).createEvent(event, signal),
	};
}

async function findPatiently(
	{ name, find, clock, random, onProblem }: DistantClusterParts,
	signal: AbortSignal,
): Promise<Cluster | undefined> {
	for (let failures = 0; !signal.aborted; failures += 1) {
		try {
			return await find(name, signal);
		} catch (error) {
			if (signal.aborted) return undefined;
			if (!(error instanceof ProblemError)) throw error;
			onProblem(error.problem);
			await clock.sleep(backOff(failures, random), signal).catch(() => undefined);
		}
	}
	return undefined;
}
