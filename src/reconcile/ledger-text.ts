// The ledger as text: JSON that older and newer versions of Spillway can read. Only what a restart must not forget is
// in it. Fields it does not know are carried along; an entry it cannot read is left out, which moves nothing.
import type { Episode, PendingShift, PolicyMemory, SettledShift } from '../model/decision.ts';
import type { PolicyKey } from '../model/names.ts';
import { type Problem, problem, showValue } from '../model/problem.ts';
import { type Reason, renderReason } from '../model/reason.ts';
import type { Instant } from '../model/time.ts';
import { isRecord, type Unstructured } from '../model/unstructured.ts';
import { undeliverable, type Weights } from '../model/weights.ts';

/** The part of a memory that outlives a process. Verdicts and their timers do not: a new run of them only delays. */
export type DurableMemory = Pick<PolicyMemory, 'episode' | 'pending' | 'settled'>;

export interface LedgerContent {
	readonly policies: ReadonlyMap<PolicyKey, DurableMemory>;
	/** Fields of the text and of each policy that this version does not know. */
	readonly strange: StrangeFields;
}

export interface StrangeFields {
	readonly top: Unstructured;
	readonly policies: ReadonlyMap<PolicyKey, Unstructured>;
}

export type DecodedLedger =
	| { readonly kind: 'read'; readonly content: LedgerContent; readonly problems: readonly Problem[] }
	| { readonly kind: 'unreadable'; readonly problem: Problem };

/** Readers of this version read every text with this number, whatever else is in it. */
const version = 1;

export const nothingStrange: StrangeFields = { top: {}, policies: new Map() };

export function pickDurable({ episode, pending, settled }: PolicyMemory): DurableMemory {
	return {
		...(episode === undefined ? {} : { episode }),
		...(pending === undefined ? {} : { pending }),
		...(settled === undefined ? {} : { settled }),
	};
}

export function encodeLedger({ policies, strange }: LedgerContent): string {
	const keys = [...new Set([...strange.policies.keys(), ...policies.keys()])].sort();
	const entries = keys.flatMap((key) => {
		const entry = { ...strange.policies.get(key), ...encodeMemory(policies.get(key) ?? {}) };
		return Object.keys(entry).length === 0 ? [] : [[key, entry] as const];
	});
	return JSON.stringify({ ...strange.top, version, policies: Object.fromEntries(entries) });
}

/** `name` is the store's; instants later than `now` are another clock's and become `now`. */
export function decodeLedger(text: string, name: string, now: Instant): DecodedLedger {
	const where = { kind: 'named', name } as const;
	const refuse = (message: string): DecodedLedger => ({
		kind: 'unreadable',
		problem: problem('E_LEDGER_UNREADABLE', { where, message }),
	});
	const root = parse(text);
	if (!isRecord(root)) return refuse('the ledger is no JSON object');
	const { version: found, policies: entries, ...top } = root;
	if (found !== version) return refuse(`the ledger has version ${showValue(found)}, not ${version}`);
	if (!isRecord(entries)) return refuse('the ledger has no policies');
	const policies = new Map<PolicyKey, DurableMemory>();
	const strange = new Map<PolicyKey, Unstructured>();
	const problems: Problem[] = [];
	for (const [key, entry] of Object.entries(entries)) {
		try {
			const { episode, pending, settled, ...others } = record(entry, 'entry');
			policies.set(key, decodeMemory({ episode, pending, settled }, now));
			if (Object.keys(others).length > 0) strange.set(key, others);
		} catch (error) {
			if (!(error instanceof UnreadableError)) throw error;
			const message = `the ledger's entry of ${key} cannot be read: ${error.message}`;
			problems.push(problem('W_LEDGER_ENTRY', { where, message }));
		}
	}
	return { kind: 'read', content: { policies, strange: { top, policies: strange } }, problems };
}

function encodeMemory({ episode, pending, settled }: DurableMemory): Unstructured {
	return {
		...(episode === undefined ? {} : { episode }),
		...(pending === undefined ? {} : { pending: encodePending(pending) }),
		...(settled === undefined ? {} : { settled: { ...settled, to: Object.fromEntries(settled.to) } }),
	};
}

function encodePending({ shift, decidedAt, committed }: PendingShift): Unstructured {
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
	};
}

function decodeMemory({ episode, pending, settled }: Unstructured, now: Instant): DurableMemory {
	return {
		...(episode === undefined ? {} : { episode: decodeEpisode(episode, now) }),
		...(pending === undefined ? {} : { pending: decodePending(pending, now) }),
		...(settled === undefined ? {} : { settled: decodeSettled(settled, now) }),
	};
}

function decodeEpisode(value: unknown, now: Instant): Episode {
	const { id, since } = record(value, 'episode');
	return { id: text(id, 'episode.id'), since: instant(since, 'episode.since', now) };
}

function decodePending(value: unknown, now: Instant): PendingShift {
	const pending = record(value, 'pending');
	const { move, committed } = pending;
	if (move !== 'failover' && move !== 'failback') throw new UnreadableError('pending.move is no move');
	const to = weights(pending['to'], 'pending.to');
	const fault = undeliverable(to);
	if (fault !== undefined) throw new UnreadableError(`pending.to: ${fault}`);
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
	};
}

function decodeCommitted(value: unknown, now: Instant): NonNullable<PendingShift['committed']> {
	const { commit, on, at } = record(value, 'pending.committed');
	return {
		commit: text(commit, 'pending.committed.commit'),
		on: text(on, 'pending.committed.on'),
		at: instant(at, 'pending.committed.at', now),
	};
}

function decodeSettled(value: unknown, now: Instant): SettledShift {
	const { to, at, rounds } = record(value, 'settled');
	if (typeof rounds !== 'number' || !Number.isInteger(rounds) || rounds < 0) {
		throw new UnreadableError('settled.rounds is no count');
	}
	return { to: weights(to, 'settled.to'), at: instant(at, 'settled.at', now), rounds };
}

/** What people were told is kept as text: reasons of another version need not be understood. */
function decodeReasons(value: unknown): readonly Reason[] {
	const sentences = Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
	return sentences.map((sentence) => ({ code: 'Remembered', text: sentence }));
}

function parse(json: string): unknown {
	try {
		return JSON.parse(json);
	} catch {
		return undefined;
	}
}

class UnreadableError extends Error {
	override readonly name = 'UnreadableError';
}

function record(value: unknown, field: string): Unstructured {
	if (isRecord(value)) return value;
	throw new UnreadableError(`${field} is no object`);
}

function text(value: unknown, field: string): string {
	if (typeof value === 'string' && value !== '') return value;
	throw new UnreadableError(`${field} is no text`);
}

function instant(value: unknown, field: string, now: Instant): Instant {
	if (typeof value === 'number' && Number.isFinite(value)) return Math.min(value, now);
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
