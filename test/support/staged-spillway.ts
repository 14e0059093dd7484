// Spillway on a scenario's stage: the loop that `run` runs, over the ports in memory.
import { type LoopParts, runLoop } from '../../src/cli/loop.ts';
import { createLoneReplica } from '../../src/cli/replica.ts';
import type { RunMode } from '../../src/cli/run-mode.ts';
import type { Task } from '../../src/cli/run-together.ts';
import type { Hint } from '../../src/forge/webhooks/hint.ts';
import type { Log } from '../../src/model/ports/log.ts';
import { ProblemError, problem } from '../../src/model/problem.ts';
import type { ForgeEvent } from '../../src/simulator/forge/forge-events.ts';
import type { RunSpillway } from '../../src/simulator/scenario/play-scenario.ts';
import type { Scenario } from '../../src/simulator/scenario/scenario.ts';
import type { Stage } from '../../src/simulator/scenario/stage.ts';

const log: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Runs until aborted. Randomness is the middle of every range, so that a scenario plays the same each time. */
export const runStaged: RunSpillway = async (stage, onNotice, signal) => {
	const { scenario, clock, repository, forge, leadership } = stage;
	const mode = readMode(scenario);
	const parts: LoopParts = {
		clock,
		random: () => 0.5,
		repository: mode.repo === undefined ? undefined : repository,
		forge: { forge: forge.port, fileUrl: () => undefined },
		...(scenario.webhooks && { webhooks: ({ onHint }) => listenTo(stage, onHint) }),
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

/** Passes on what the forge tells by itself. */
function listenTo({ forge }: Stage, onHint: (hint: Hint) => void): Task {
	return async (signal) => {
		const stop = forge.core.subscribe((event) => {
			const hint = hintOf(event);
			if (hint !== undefined && !signal.aborted) onHint(hint);
		});
		await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
		stop();
	};
}

function hintOf(event: ForgeEvent): Hint | undefined {
	switch (event.kind) {
		case 'push':
			return {
				kind: 'push',
				branch: event.branch,
				...(event.after !== undefined && { commit: event.after }),
			};
		case 'comment':
			return { kind: 'comment', number: event.pull.number };
		case 'pull':
		case 'reviewers':
		case 'review':
			return { kind: 'pull-request', number: event.pull.number, head: event.pull.head };
		case 'status':
			return undefined;
	}
}

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
