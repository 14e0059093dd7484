// Passes over one policy that commits and may escalate, with a Git, a cluster and a syncer that the test plays.
import type { Change } from '../../src/model/change.ts';
import type { PolicyMemory } from '../../src/model/decision.ts';
import type { Escalation, FailoverPolicy } from '../../src/model/policy.ts';
import type { Delivery } from '../../src/model/ports/delivery.ts';
import type { Ledger } from '../../src/model/ports/ledger.ts';
import type { NoRequest } from '../../src/model/ports/pull-requests.ts';
import type { HoldOff, Release, Syncers, SyncerView } from '../../src/model/ports/syncer.ts';
import { type Problem, problem } from '../../src/model/problem.ts';
import type { LateMerge, PullRequestView } from '../../src/model/pull-request.ts';
import type { Receipt } from '../../src/model/receipt.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import type { Milliseconds } from '../../src/model/time.ts';
import { createMemoryLedger } from '../../src/reconcile/memory-ledger.ts';
import { runPass } from '../../src/reconcile/pass.ts';
import {
	type DeliverySettings,
	type PassParts,
	type PassReport,
	usualSettings,
} from '../../src/reconcile/pass-report.ts';
import { createVirtualClock, type VirtualClock } from '../../src/simulator/virtual-clock.ts';
import { anAnswer } from './pass-reports.ts';
import { passServices } from './pass-services.ts';
import { aPolicy, aSample, aSplit } from './policies.ts';

const { signal } = new AbortController();

/** Why no commit can be pushed. */
export const gitDown: Problem = problem('E_GIT_UNREACHABLE', {
	where: { kind: 'named', name: 'git' },
	message: 'no route',
});

/** Weights of emoji-svc and its fallback, before and after a failover. */
export const home: Readonly<Record<string, number>> = { 'emoji-svc': 1, 'emoji-svc-west': 0 };
export const away: Readonly<Record<string, number>> = { 'emoji-svc': 0, 'emoji-svc-west': 1 };

/** Fails over by commit, and directly after 30 s; fails back by commit after this long. */
export function anEscalatingPolicy(failbackAfter: Milliseconds = 3_600_000): FailoverPolicy {
	return aPolicy({
		failover: { after: 0, via: 'Commit', escalate: [{ after: 30_000, to: 'Direct' }] },
		failback: { mode: 'Auto', after: failbackAfter, via: 'Commit' },
	});
}

/** Asks people for failovers, after which this ladder follows; and for failbacks, at once. */
export function anAskingPolicy(
	escalate: readonly Escalation[] = [],
	failback: Partial<FailoverPolicy['failback']> = {},
): FailoverPolicy {
	return aPolicy({
		failover: { after: 0, via: 'PullRequest', escalate },
		failback: { mode: 'Auto', after: 0, via: 'PullRequest', ...failback },
	});
}

/** An open pull request. */
export function aView(overrides: Partial<PullRequestView> = {}): PullRequestView {
	const url = 'https://forge.example/config/pulls/12';
	return { number: 12, url, head: 'c5', state: 'Open', controls: { hastened: 0 }, ...overrides };
}

/** What is so; at first the primary is down, and Git too. */
export interface World {
	live: Readonly<Record<string, number>>;
	ready: number;
	held: boolean;
	/** What Git answers; nothing, where it hangs. */
	git: Receipt | 'hangs';
	/** What whoever asks people is answered. */
	pulls: Receipt;
	/** Whether people took their veto back. */
	lifted: boolean;
	/** What was merged too late. */
	late: LateMerge | undefined;
	/** The newest commit that was read. */
	tip: string;
	settings: DeliverySettings;
	holdOff: HoldOff;
	release: Release;
	view: SyncerView | undefined;
}

export interface CommitPasses {
	readonly clock: VirtualClock;
	readonly ledger: Ledger;
	readonly world: World;
	/** `commit`, `patch`, `ask`, `nudge c1`, `release`, in order. */
	readonly did: string[];
	/** What was said to pull requests where nothing is asked for, in order. */
	readonly rests: NoRequest[];
	readonly changes: readonly Change[];
	readonly policy: FailoverPolicy;
	/** One pass, this long after the last. */
	pass(after?: Milliseconds): Promise<PassReport>;
	memory(): PolicyMemory;
}

const deeds: Readonly<Record<Change['kind'], string>> = {
	edit: 'commit',
	patch: 'patch',
	apply: 'patch',
	'pull-request': 'ask',
};

export function startCommitPasses(policy: FailoverPolicy = anEscalatingPolicy()): CommitPasses {
	const clock = createVirtualClock();
	const ledger = createMemoryLedger();
	const world: World = {
		live: home,
		ready: 0,
		held: false,
		git: { kind: 'rejected', problem: gitDown, retry: 'soon' },
		pulls: { kind: 'requested' },
		lifted: false,
		late: undefined,
		tip: 'c0',
		settings: usualSettings,
		holdOff: { kind: 'annotate' },
		release: { kind: 'released' },
		view: { name: 'Kustomization flux-system/east' },
	};
	const did: string[] = [];
	const rests: NoRequest[] = [];
	const changes: Change[] = [];
	const delivery: Delivery = {
		async deliver(change) {
			changes.push(change);
			did.push(deeds[change.kind]);
			if (change.kind === 'pull-request') return world.pulls;
			if (change.kind === 'edit') {
				return world.git === 'hangs' ? await new Promise<Receipt>(() => undefined) : world.git;
			}
			world.live = Object.fromEntries(change.shift.to);
			world.held ||=
				change.kind === 'patch' && change.operations.some(({ path }) => path.includes('annotations'));
			return { kind: 'delivered', evidence: { kind: 'written', object: anAnswer(world.live) } };
		},
	};
	const syncers: Syncers = {
		nudge: (_, commit) => void did.push(`nudge ${commit}`),
		look: () => Promise.resolve(world.view),
		holdsOff: () => false,
		holdOff: () => Promise.resolve(world.holdOff),
		release() {
			did.push('release');
			if (world.release.kind === 'released') world.held = false;
			return Promise.resolve(world.release);
		},
	};
	const parts: PassParts = {
		...passServices(delivery, clock),
		ledger,
		syncers,
		pulls: {
			rest: (_, why) => void rests.push(why),
			isLifted: () => world.lifted,
			lateMerge: () => world.late,
		},
		settings: () => world.settings,
		verify: () => Promise.resolve({ kind: 'read', object: anAnswer(world.live) }),
	};
	const snapshot = (): Snapshot => ({
		waitingFor: [],
		target: {
			kind: 'found',
			target: aSplit(world.live, world.held ? { annotated: true, heldOff: 'spillway' } : {}),
		},
		samples: new Map([
			['emoji-svc', aSample(world.ready)],
			['emoji-svc-west', aSample(1)],
		]),
	});
	const pass = async (after = 0): Promise<PassReport> => {
		if (after > 0) await clock.advance(after);
		return await runPass(
			parts,
			{ policy, snapshot: snapshot(), manifests: 'clusters/east', tip: world.tip },
			signal,
		);
	};
	const memory = (): PolicyMemory => ledger.load(policy.key);
	return { clock, ledger, world, did, rests, changes, pass, memory, policy };
}
