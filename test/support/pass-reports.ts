import type { Decision, PendingShift } from '../../src/model/decision.ts';
import type { KubernetesObject } from '../../src/model/ports/cluster.ts';
import { problem } from '../../src/model/problem.ts';
import type { PassEnd, PassReport } from '../../src/reconcile/pass-report.ts';
import { anEditChange, aShift } from './changes.ts';

/** The split of emoji-svc as the API server answers with it. */
export function anAnswer(weights: Readonly<Record<string, unknown>>): KubernetesObject {
	const backends = Object.entries(weights).map(([service, weight]) => ({ service, weight }));
	return {
		metadata: { name: 'emoji-svc', namespace: 'emojivoto', uid: 'uid-of-it', resourceVersion: '8' },
		spec: { service: 'emoji-svc', backends },
	};
}

/** After the failover of `aShift()`. */
export const liveObject: KubernetesObject = anAnswer({ 'emoji-svc': 0, 'emoji-svc-west': 1 });

/** The same, undone. */
export const otherObject: KubernetesObject = anAnswer({ 'emoji-svc': 1, 'emoji-svc-west': 0 });

export const holding: Decision = { kind: 'hold', reasons: [{ code: 'NothingEligible' }] };

/** A shift decided at 1000. */
export const pending: PendingShift = { shift: aShift(), decidedAt: 1_000 };

/** The same, committed at 1300. */
export const committed: PendingShift = {
	...pending,
	committed: { commit: 'cafe', on: 'c0ffee', at: 1_300 },
};

const broken = problem('E_FORBIDDEN', { where: { kind: 'named', name: 'east' }, message: 'no patch right' });

type End<Kind extends PassEnd['kind']> = Extract<PassEnd, { kind: Kind }>;

/** Every way a pass may end. */
export const ends: {
	readonly [Kind in Exclude<PassEnd['kind'], 'failed'>]: End<Kind>;
} & {
	readonly failed: End<'failed'>;
	readonly rejected: Required<Pick<End<'failed'>, 'kind' | 'message' | 'problem' | 'retryAfter'>>;
} = {
	held: { kind: 'held' },
	proposed: { kind: 'proposed', pending, change: anEditChange() },
	awaited: { kind: 'awaited', pending: committed, change: anEditChange() },
	converged: { kind: 'converged', pending, object: liveObject },
	failed: { kind: 'failed', message: 'the live weights are not the ones decided' },
	rejected: { kind: 'failed', message: broken.message, problem: broken, retryAfter: 7_000 },
	stuck: { kind: 'stuck', problem: broken },
};

/** A report with this end, and the decision that goes with it. */
export function aReport(end: keyof typeof ends, overrides: Partial<PassReport> = {}): PassReport {
	return { synced: true, decision: end === 'held' ? holding : aShift(), end: ends[end], ...overrides };
}
