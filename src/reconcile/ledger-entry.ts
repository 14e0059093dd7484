// One policy's memory as JSON, and read again field by field.
import type { Committed, Episode, PendingShift, PolicyMemory, SettledShift } from '../model/decision.ts';
import type { ManualEdit } from '../model/manual-edit.ts';
import { type Reason, renderReason } from '../model/reason.ts';
import type { Instant } from '../model/time.ts';
import { isRecord, type Unstructured } from '../model/unstructured.ts';
import { undeliverable, type Weights } from '../model/weights.ts';

/** What of a memory outlives a process. */
export type DurableField = 'episode' | 'pending' | 'settled' | 'written' | 'manual' | 'debt';

type Durable = Pick<PolicyMemory, DurableField>;

/** A memory as JSON. */
export function encodeMemory({ episode, pending, settled, written, manual, debt }: Durable): Unstructured {
	return {
		...(episode === undefined ? {} : { episode }),
		...(pending === undefined ? {} : { pending: encodePending(pending) }),
		...(settled === undefined ? {} : { settled: { ...settled, to: Object.fromEntries(settled.to) } }),
		...(written === undefined ? {} : { written: { ...written, to: Object.fromEntries(written.to) } }),
		...(manual === undefined ? {} : { manual: encodeManual(manual) }),
		...(debt === undefined ? {} : { debt: { ...debt, to: Object.fromEntries(debt.to) } }),
	};
}

function encodeManual(manual: ManualEdit): Unstructured {
	const { found, against } = manual;
	return { ...manual, found: Object.fromEntries(found), against: Object.fromEntries(against) };
}

function encodePending({ shift, decidedAt, committed, escalatedAt }: PendingShift): Unstructured {
	const { move, from, to, episode, reasons, makes } = shift;
	return {
		move,
		from: Object.fromEntries(from),
		to: Object.fromEntries(to),
		episode,
		...(makes === undefined ? {} : { makes }),
		reasons: reasons.map(renderReason),
		decidedAt,
		...(committed === undefined ? {} : { committed }),
		...(escalatedAt === undefined ? {} : { escalatedAt }),
	};
}

/** Throws UnreadableError. Instants later than `now` become `now`. */
export function decodeMemory(
	{ episode, pending, settled, written, manual, debt }: Unstructured,
	now: Instant,
): Durable {
	return {
		...(episode === undefined ? {} : { episode: decodeEpisode(episode, now) }),
		...(pending === undefined ? {} : { pending: decodePending(pending, now) }),
		...(settled === undefined ? {} : { settled: decodeSettled(settled, now) }),
		...(written === undefined ? {} : { written: decodeWritten(written) }),
		...(manual === undefined ? {} : { manual: decodeManual(manual, now) }),
		...(debt === undefined ? {} : { debt: decodeDebt(debt, now) }),
	};
}

function decodeEpisode(value: unknown, now: Instant): Episode {
	const { id, since } = record(value, 'episode');
	return { id: text(id, 'episode.id'), since: instant(since, 'episode.since', now) };
}

function decodePending(value: unknown, now: Instant): PendingShift {
	const pending = record(value, 'pending');
	const { move, committed, escalatedAt } = pending;
	if (move !== 'failover' && move !== 'failback') throw new UnreadableError('pending.move is no move');
	const to = deliverable(pending['to'], 'pending.to');
	return {
		shift: {
			kind: 'shift',
			move,
			from: weights(pending['from'], 'pending.from'),
			to,
			episode: decodeEpisode(pending['episode'], now),
			...(pending['makes'] === true ? { makes: true } : {}),
			reasons: decodeReasons(pending['reasons']),
		},
		decidedAt: instant(pending['decidedAt'], 'pending.decidedAt', now),
		...(committed === undefined ? {} : { committed: decodeCommitted(committed, now) }),
		...(escalatedAt === undefined ? {} : { escalatedAt: instant(escalatedAt, 'pending.escalatedAt', now) }),
	};
}

function decodeCommitted(value: unknown, now: Instant): Committed {
	const { commit, on, at, seenAt } = record(value, 'pending.committed');
	return {
		commit: text(commit, 'pending.committed.commit'),
		on: text(on, 'pending.committed.on'),
		at: instant(at, 'pending.committed.at', now),
		...(seenAt === undefined ? {} : { seenAt: instant(seenAt, 'pending.committed.seenAt', now) }),
	};
}

function decodeSettled(value: unknown, now: Instant): SettledShift {
	const { to, at, rounds } = record(value, 'settled');
	if (typeof rounds !== 'number' || !Number.isInteger(rounds) || rounds < 0) {
		throw new UnreadableError('settled.rounds is no count');
	}
	return { to: weights(to, 'settled.to'), at: instant(at, 'settled.at', now), rounds };
}

function decodeWritten(value: unknown): NonNullable<Durable['written']> {
	const { commit, to, episode } = record(value, 'written');
	return {
		commit: text(commit, 'written.commit'),
		to: weights(to, 'written.to'),
		episode: text(episode, 'written.episode'),
	};
}

function decodeManual(value: unknown, now: Instant): ManualEdit {
	const { commit, author, found, against, hold, until, released } = record(value, 'manual');
	return {
		commit: text(commit, 'manual.commit'),
		author: text(author, 'manual.author'),
		found: weights(found, 'manual.found'),
		against: weights(against, 'manual.against'),
		...(hold === undefined && until === undefined ? {} : decodeHold(hold, until, now)),
		...(released === true ? { released } : {}),
	};
}

/** An end that lies further ahead than the hold is long is another clock's. */
function decodeHold(hold: unknown, until: unknown, now: Instant): Pick<ManualEdit, 'hold' | 'until'> {
	if (typeof hold !== 'number' || !Number.isFinite(hold) || hold < 0) {
		throw new UnreadableError('manual.hold is no span');
	}
	return { hold, until: instant(until, 'manual.until', now + hold) };
}

function decodeDebt(value: unknown, now: Instant): NonNullable<Durable['debt']> {
	const { to, since } = record(value, 'debt');
	return { to: deliverable(to, 'debt.to'), since: instant(since, 'debt.since', now) };
}

/** What people were told is kept as text: reasons of another version need not be understood. */
function decodeReasons(value: unknown): readonly Reason[] {
	const sentences = Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
	return sentences.map((sentence) => ({ code: 'Remembered', text: sentence }));
}

export class UnreadableError extends Error {
	override readonly name = 'UnreadableError';
}

export function record(value: unknown, field: string): Unstructured {
	if (isRecord(value)) return value;
	throw new UnreadableError(`${field} is no object`);
}

function text(value: unknown, field: string): string {
	if (typeof value === 'string' && value !== '') return value;
	throw new UnreadableError(`${field} is no text`);
}

function instant(value: unknown, field: string, latest: Instant): Instant {
	if (typeof value === 'number' && Number.isFinite(value)) return Math.min(value, latest);
	throw new UnreadableError(`${field} is no instant`);
}

function weights(value: unknown, field: string): Weights {
	const entries = Object.entries(record(value, field));
	return new Map(
		entries.map(([service, weight]) => {
			if (typeof weight === 'number' && weight >= 0 && Number.isFinite(weight)) return [service, weight];
			throw new UnreadableError(`${field} has a weight that is no number`);
		}),
	);
}

/** Weights that are going to be written. */
function deliverable(value: unknown, field: string): Weights {
	const found = weights(value, field);
	const fault = undeliverable(found);
	if (fault !== undefined) throw new UnreadableError(`${field}: ${fault}`);
	return found;
}
