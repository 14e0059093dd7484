// The ledger as text: JSON that older and newer versions of Spillway can read. Only what a restart must not forget is
// in it. Fields it does not know are carried along; an entry it cannot read is left out, which moves nothing.
import type { PolicyMemory } from '../model/decision.ts';
import type { PolicyKey } from '../model/names.ts';
import { type Problem, problem, showValue } from '../model/problem.ts';
import type { Instant } from '../model/time.ts';
import { isRecord, type Unstructured } from '../model/unstructured.ts';
import { type DurableField, decodeMemory, durableFields, encodeMemory } from './ledger-entry.ts';
import { record, UnreadableError } from './ledger-fields.ts';

/** The part of a memory that outlives a process. Verdicts and their timers do not: a new run of them only delays. */
export type DurableMemory = Pick<PolicyMemory, DurableField>;

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

export function pickDurable(memory: PolicyMemory): DurableMemory {
	return select(memory, (field) => durable.has(field));
}

/** What `pickDurable` leaves. */
export function dropDurable({ backends, ...memory }: PolicyMemory): PolicyMemory {
	return { backends, ...select(memory, (field) => !durable.has(field)) };
}

const durable: ReadonlySet<string> = new Set(durableFields);

function select<T extends object>(memory: T, wanted: (field: string) => boolean): Partial<T> {
	const fields = Object.entries(memory).filter(([field, value]) => value !== undefined && wanted(field));
	return Object.fromEntries(fields) as Partial<T>;
}

/** Whether what must survive is the same: a pass that changes none of it keeps the very objects. */
export function sameDurable(a: PolicyMemory, b: PolicyMemory): boolean {
	return durableFields.every((field) => a[field] === b[field]);
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
			const fields = record(entry, 'entry');
			policies.set(key, decodeMemory(fields, now));
			const others = select(fields, (field) => !durable.has(field));
			if (Object.keys(others).length > 0) strange.set(key, others);
		} catch (error) {
			if (!(error instanceof UnreadableError)) throw error;
			const message = `the ledger's entry of ${key} cannot be read: ${error.message}`;
			problems.push(problem('W_LEDGER_ENTRY', { where, message }));
		}
	}
	return { kind: 'read', content: { policies, strange: { top, policies: strange } }, problems };
}

function parse(json: string): unknown {
	try {
		return JSON.parse(json);
	} catch {
		return undefined;
	}
}
