// What people were asked, what they said, and how far traffic has returned, as JSON and read again.
import type { PolicyMemory, Ramp, RampStep } from '../model/decision.ts';
import type { Move } from '../model/move.ts';
import { type Controls, noControls, type PullRequestView, type Veto } from '../model/pull-request.ts';
import type { Instant, Milliseconds } from '../model/time.ts';
import type { Unstructured } from '../model/unstructured.ts';
import { count, deliverable, instant, record, text, UnreadableError, weights } from './ledger-fields.ts';

type Approval = NonNullable<PolicyMemory['approved']>;

/** A hold that ends later than this was not asked for on our clock. */
const longestHold: Milliseconds = 259_200_000;

export function decodeMove(value: unknown, field: string): Move {
	if (value === 'failover' || value === 'failback') return value;
	throw new UnreadableError(`${field} is no move`);
}

export function decodeVeto(value: unknown, now: Instant): Veto {
	const { episode, move, number, url, by, at } = record(value, 'veto');
	return {
		episode: text(episode, 'veto.episode'),
		move: decodeMove(move, 'veto.move'),
		number: count(number, 'veto.number'),
		url: text(url, 'veto.url'),
		...(by === undefined ? {} : { by: text(by, 'veto.by') }),
		at: instant(at, 'veto.at', now),
	};
}

export function encodeApproval({ to, ...approved }: Approval): Unstructured {
	return { ...approved, to: Object.fromEntries(to) };
}

export function decodeApproval(value: unknown): Approval {
	const { episode, number, to } = record(value, 'approved');
	return {
		episode: text(episode, 'approved.episode'),
		number: count(number, 'approved.number'),
		to: deliverable(to, 'approved.to'),
	};
}

export function encodeRamp({ from, to, ...ramp }: Ramp): Unstructured {
	return { ...ramp, from: Object.fromEntries(from), to: Object.fromEntries(to) };
}

export function decodeRamp(value: unknown, now: Instant): Ramp {
	const { from, to, percent, settledAt } = record(value, 'ramp');
	return {
		from: weights(from, 'ramp.from'),
		to: deliverable(to, 'ramp.to'),
		percent: decodePercent(percent, 'ramp.percent'),
		...(settledAt === undefined ? {} : { settledAt: instant(settledAt, 'ramp.settledAt', now) }),
	};
}

export function encodeStep({ percent, of, final }: RampStep): Unstructured {
	return { percent, of, final: Object.fromEntries(final) };
}

export function decodeStep(value: unknown, field: string): RampStep {
	const { percent, of, final } = record(value, field);
	if (!Array.isArray(of)) throw new UnreadableError(`${field}.of is no list`);
	return {
		percent: decodePercent(percent, `${field}.percent`),
		of: of.map((each) => decodePercent(each, `${field}.of`)),
		final: deliverable(final, `${field}.final`),
	};
}

function decodePercent(value: unknown, field: string): number {
	const percent = count(value, field);
	if (percent >= 1 && percent <= 100) return percent;
	throw new UnreadableError(`${field} is no percentage`);
}

const states = ['Open', 'TakenOver', 'Blocked', 'Merging'] as const satisfies PullRequestView['state'][];

/** The forge tells all of it again, so that a state of another version may pass for open. */
export function decodeView(value: unknown, field: string, now: Instant): PullRequestView {
	const { number, url, head, state, blocker, controls } = record(value, field);
	return {
		number: count(number, `${field}.number`),
		url: text(url, `${field}.url`),
		head: text(head, `${field}.head`),
		state: states.find((known) => known === state) ?? 'Open',
		...(blocker === undefined ? {} : { blocker: text(blocker, `${field}.blocker`) }),
		controls: controls === undefined ? noControls : decodeControls(controls, `${field}.controls`, now),
	};
}

function decodeControls(value: unknown, field: string, now: Instant): Controls {
	const { hold, hastened, veto, retriedAt } = record(value, field);
	return {
		...(hold === undefined ? {} : { hold: decodeHold(hold, `${field}.hold`, now) }),
		hastened: count(hastened, `${field}.hastened`),
		...(veto === undefined
			? {}
			: { veto: { by: text(record(veto, `${field}.veto`)['by'], `${field}.veto.by`) } }),
		...(retriedAt === undefined ? {} : { retriedAt: instant(retriedAt, `${field}.retriedAt`, now) }),
	};
}

function decodeHold(value: unknown, field: string, now: Instant): NonNullable<Controls['hold']> {
	const { until, by } = record(value, field);
	return { until: instant(until, `${field}.until`, now + longestHold), by: text(by, `${field}.by`) };
}
