// One policy's memory as JSON, and read again field by field.
import type { Committed, Episode, PendingShift, PolicyMemory, SettledShift } from '../model/decision.ts';
import type { ManualEdit } from '../model/manual-edit.ts';
import { type Reason, renderReason } from '../model/reason.ts';
import type { Instant } from '../model/time.ts';
import type { Unstructured } from '../model/unstructured.ts';
import {
	decodeApproval,
	decodeMove,
	decodeRamp,
	decodeStep,
	decodeVeto,
	decodeView,
	encodeApproval,
	encodeRamp,
	encodeStep,
} from './ledger-asked.ts';
import { count, deliverable, instant, record, text, UnreadableError, weights } from './ledger-fields.ts';

/** What of a memory outlives a process. */
export type DurableField = Exclude<keyof PolicyMemory, 'backends' | 'behindSince'>;

const fields: Readonly<Record<DurableField, true>> = {
	episode: true,
	pending: true,
	settled: true,
	written: true,
	manual: true,
	debt: true,
	veto: true,
	ramp: true,
	approved: true,
};

export const durableFields: readonly DurableField[] = Object.keys(fields) as DurableField[];

type Durable = Pick<PolicyMemory, DurableField>;

/** A memory as JSON. */
export function encodeMemory(memory: Durable): Unstructured {
	const { episode, pending, settled, written, manual, debt, veto, ramp, approved } = memory;
	return {
		...(episode === undefined ? {} : { episode }),
		...(pending === undefined ? {} : { pending: encodePending(pending) }),
		...(settled === undefined ? {} : { settled: { ...settled, to: Object.fromEntries(settled.to) } }),
		...(written === undefined ? {} : { written: { ...written, to: Object.fromEntries(written.to) } }),
		...(manual === undefined ? {} : { manual: encodeManual(manual) }),
		...(debt === undefined ? {} : { debt: { ...debt, to: Object.fromEntries(debt.to) } }),
		...(veto === undefined ? {} : { veto }),
		...(ramp === undefined ? {} : { ramp: encodeRamp(ramp) }),
		...(approved === undefined ? {} : { approved: encodeApproval(approved) }),
	};
}

function encodeManual(manual: ManualEdit): Unstructured {
	const { found, against } = manual;
	return { ...manual, found: Object.fromEntries(found), against: Object.fromEntries(against) };
}

function encodePending({
	shift,
	decidedAt,
	committed,
	requested,
	diverted,
	escalatedAt,
}: PendingShift): Unstructured {
	const { move, from, to, episode, reasons, makes, ramp } = shift;
	return {
		move,
		from: Object.fromEntries(from),
		to: Object.fromEntries(to),
		episode,
		...(makes === undefined ? {} : { makes }),
		...(ramp === undefined ? {} : { ramp: encodeStep(ramp) }),
		reasons: reasons.map(renderReason),
		decidedAt,
		...(committed === undefined ? {} : { committed }),
		...(requested === undefined ? {} : { requested }),
		...(diverted === undefined ? {} : { diverted }),
		...(escalatedAt === undefined ? {} : { escalatedAt }),
	};
}

/** Throws UnreadableError. Instants later than `now` become `now`. */
export function decodeMemory(entry: Unstructured, now: Instant): Durable {
	const read = <F extends DurableField>(
		field: F,
		decode: (value: unknown, now: Instant) => Durable[F],
	): Partial<Pick<Durable, F>> =>
		entry[field] === undefined ? {} : ({ [field]: decode(entry[field], now) } as Pick<Durable, F>);
	return {
		...read('episode', decodeEpisode),
		...read('pending', decodePending),
		...read('settled', decodeSettled),
		...read('written', decodeWritten),
		...read('manual', decodeManual),
		...read('debt', decodeDebt),
		...read('veto', decodeVeto),
		...read('ramp', decodeRamp),
		...read('approved', decodeApproval),
	};
}

function decodeEpisode(value: unknown, now: Instant): Episode {
	const { id, since } = record(value, 'episode');
	return { id: text(id, 'episode.id'), since: instant(since, 'episode.since', now) };
}

function decodePending(value: unknown, now: Instant): PendingShift {
	const pending = record(value, 'pending');
	const { committed, requested, escalatedAt, ramp } = pending;
	const move = decodeMove(pending['move'], 'pending.move');
	const to = deliverable(pending['to'], 'pending.to');
	return {
		shift: {
			kind: 'shift',
			move,
			from: weights(pending['from'], 'pending.from'),
			to,
			episode: decodeEpisode(pending['episode'], now),
			...(pending['makes'] === true ? { makes: true } : {}),
			...(ramp === undefined ? {} : { ramp: decodeStep(ramp, 'pending.ramp') }),
			reasons: decodeReasons(pending['reasons']),
		},
		decidedAt: instant(pending['decidedAt'], 'pending.decidedAt', now),
		...(committed === undefined ? {} : { committed: decodeCommitted(committed, now) }),
		...(requested === undefined ? {} : { requested: decodeView(requested, 'pending.requested', now) }),
		...(pending['diverted'] === true ? { diverted: true } : {}),
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
	return {
		to: weights(to, 'settled.to'),
		at: instant(at, 'settled.at', now),
		rounds: count(rounds, 'settled.rounds'),
	};
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
	const { to, since, diverted } = record(value, 'debt');
	return {
		to: deliverable(to, 'debt.to'),
		since: instant(since, 'debt.since', now),
		...(diverted === true ? { diverted } : {}),
	};
}

/** What people were told is kept as text: reasons of another version need not be understood. */
function decodeReasons(value: unknown): readonly Reason[] {
	const sentences = Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
	return sentences.map((sentence) => ({ code: 'Remembered', text: sentence }));
}
