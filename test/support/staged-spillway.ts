// Spillway on a scenario's stage: the loop that `run` runs, over the ports in memory.
import { type LoopParts, runLoop } from '../../src/cli/loop.ts';
import { createLoneReplica } from '../../src/cli/replica.ts';
import type { RunMode } from '../../src/cli/run-mode.ts';
import type { Log } from '../../src/model/ports/log.ts';
import { ProblemError, problem } from '../../src/model/problem.ts';
import type { RunSpillway } from '../../src/simulator/scenario/play-scenario.ts';
import type { Scenario } from '../../src/simulator/scenario/scenario.ts';
import type { Stage } from '../../src/simulator/scenario/stage.ts';

const log: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Runs until aborted. Randomness is the middle of every range, so that a scenario plays the same each time. */
export const runStaged: RunSpillway = async (stage, onNotice, signal) => {
	const { scenario, clock, repository, leadership } = stage;
	const mode = readMode(scenario);
	const parts: LoopParts = {
		clock,
		random: () => 0.5,
		repository: mode.repo === undefined ? undefined : repository,
		clusters: { declare: () => undefined, find: findCluster(stage) },
		mode,
		pollInterval: 10_000,
		writes: true,
		openReplica(_home, { onLead }) {
			const stop = leadership.onGain(() => onLead(() => true));
			signal.addEventListener('abort', stop, { once: true });
			return Promise.resolve({ ...createLoneReplica(), leads: leadership.leads });
		},
	};
	await runLoop(parts, { log, onNotice }, signal);
};

function readMode({ linkerdFailover, policies }: Scenario): RunMode {
	if (linkerdFailover === undefined) return { repo: 'stage', hub: true };
	const { cluster: home, selector } = linkerdFailover;
	const labelled = selector === undefined ? {} : { selector };
	return { ...(Object.keys(policies).length > 0 && { repo: 'stage' }), home, hub: false, labelled };
}

function findCluster({ clusters }: Stage): LoopParts['clusters']['find'] {
	return (name) => {
		const cluster = clusters.get(name)?.api;
		if (cluster !== undefined) return Promise.resolve(cluster);
		const where = { kind: 'named', name: 'kubeconfig' } as const;
		const lost = problem('E_KUBECONFIG', { where, message: `context ${name} not found` });
		return Promise.reject(new ProblemError(lost));
	};
}
