// Random histories of passes: replicas take turns, others write the target, linkerd-smi lags, answers are lost.
import fc from 'fast-check';
import type { Change } from '../../src/model/change.ts';
import type { PolicyMemory } from '../../src/model/decision.ts';
import type { Duty } from '../../src/model/duty.ts';
import type { FailoverPolicy } from '../../src/model/policy.ts';
import type { KubernetesObject } from '../../src/model/ports/cluster.ts';
import type { Delivery } from '../../src/model/ports/delivery.ts';
import { problem } from '../../src/model/problem.ts';
import type { Receipt } from '../../src/model/receipt.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import type { Instant } from '../../src/model/time.ts';
import { totalWeight, type Weights } from '../../src/model/weights.ts';
import { createMemoryLedger } from '../../src/reconcile/memory-ledger.ts';
import { runPass } from '../../src/reconcile/pass.ts';
import type { PassParts, PassReport } from '../../src/reconcile/pass-report.ts';
import { createVirtualClock } from '../../src/simulator/virtual-clock.ts';
import { anyHistory, anyLive, type Look, type Sight, steadyLook, takeLook } from './histories.ts';
import { anAnswer } from './pass-reports.ts';
import { passServices } from './pass-services.ts';

/** What becomes of a write. */
type Answer = 'written' | 'conflict' | 'refused' | 'written, and the answer lost' | 'lost on the way';

/** One pass, and what others do before it. */
export interface Round {
	readonly look: Look;
	readonly duty: Duty;
	/** What somebody else writes first. */
	readonly meddled: Weights | undefined;
	/** Whether linkerd-smi has seen what is live by now. */
	readonly followed: boolean;
	readonly answer: Answer;
	/** Whether Spillway has started anew, with nothing in memory. */
	readonly restarted: boolean;
}

/** A round and what came of it. */
export interface Played {
	readonly round: Round;
	readonly report: PassReport;
	/** What was sent, if anything. */
	readonly sent: Change | undefined;
	/** Live weights before and after the pass. */
	readonly before: Weights;
	readonly after: Weights;
	/** By what the proxies route. */
	readonly routed: Weights;
	readonly memory: PolicyMemory;
}

const rarely = fc.integer({ min: 0, max: 5 }).map((die) => die === 0);

export function anyRounds(): fc.Arbitrary<readonly Round[]> {
	const trouble = fc.record({
		duty: fc.constantFrom<Duty>('write', 'write', 'follow'),
		meddled: fc.oneof(
			{ weight: 3, arbitrary: fc.constant(undefined) },
			{ weight: 1, arbitrary: anyLive.filter((live) => totalWeight(live) > 0) },
		),
		followed: fc.boolean(),
		answer: fc.constantFrom<Answer>(
			'written',
			'written',
			'conflict',
			'refused',
			'written, and the answer lost',
			'lost on the way',
		),
		restarted: rarely,
	});
	return anyHistory().chain((looks) =>
		fc.tuple(...looks.map((look) => trouble.map((troubles): Round => ({ look, ...troubles })))),
	);
}

/** A round that sees this, an hour after the last, in which all goes well. */
export function calmRound(sights: readonly Sight[]): Round {
	const look = steadyLook(sights, 3_600_000);
	return { look, duty: 'write', meddled: undefined, followed: true, answer: 'written', restarted: false };
}

/** Plays rounds one after the other over one target. */
export async function playRounds(
	policy: FailoverPolicy,
	start: Weights,
	rounds: readonly Round[],
): Promise<readonly Played[]> {
	const clock = createVirtualClock(() => Promise.resolve());
	const ledger = createMemoryLedger();
	const played: Played[] = [];
	let live = start;
	let routed = start;
	for (const round of rounds) {
		const { look, duty, meddled, followed, answer, restarted } = round;
		await clock.advance(look.after);
		if (restarted) ledger.forget(policy.key);
		live = meddled ?? live;
		if (followed) routed = live;
		const before = live;
		let sent: Change | undefined;
		const delivery: Delivery = {
			deliver(change) {
				sent = change;
				const [written, receipt] = outcomes[answer];
				if (written) live = change.shift.to;
				return Promise.resolve(receipt(live));
			},
		};
		const parts: PassParts = {
			...passServices(delivery, clock),
			ledger,
			duty: () => duty,
			verify: () => Promise.resolve({ kind: 'read', object: answerWith(live) }),
		};
		const snapshot = lookAt(look, live, routed, clock.now());
		const input = { policy, snapshot, manifests: undefined, tip: 'tip-1' };
		const report = await runPass(parts, input, new AbortController().signal);
		played.push({ round, report, sent, before, after: live, routed, memory: ledger.load(policy.key) });
	}
	return played;
}

/** Whether the write was carried out, and what its sender hears of it. */
const outcomes: Readonly<Record<Answer, readonly [written: boolean, receipt: (live: Weights) => Receipt]>> = {
	written: [true, (live) => ({ kind: 'delivered', evidence: { kind: 'written', object: answerWith(live) } })],
	conflict: [false, () => ({ kind: 'conflict', message: 'it changed' })],
	refused: [false, () => ({ kind: 'rejected', problem: refusal, retry: 'soon' })],
	'written, and the answer lost': [true, () => lost],
	'lost on the way': [false, () => lost],
};

const lost: Receipt = { kind: 'unknown', message: 'the connection broke' };
const refusal = problem('E_FORBIDDEN', { where: { kind: 'named', name: 'east' }, message: 'no patch right' });

function answerWith(live: Weights): KubernetesObject {
	return anAnswer(Object.fromEntries(live));
}

/** A look at a target whose ServiceProfile routes by these weights. */
function lookAt(look: Look, live: Weights, routed: Weights, now: Instant): Snapshot {
	const profile = { name: 'emoji-svc.emojivoto.svc.cluster.local', apex: 'emoji-svc', overrides: routed };
	const snapshot = takeLook(look, live, now);
	return { ...snapshot, target: { ...snapshot.target, profile: { ...profile, skipped: false } } };
}
