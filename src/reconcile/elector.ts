// Carries one election out: asks and writes what the machine says, and tells it what came of that.
import { withinDeadline } from '../model/deadline.ts';
import { type LeaseRecord, type LeaseTimings, releaseRecord } from '../model/lease.ts';
import type { Clock, Random } from '../model/ports/clock.ts';
import type { Cluster, VersionedRef, WriteOutcome } from '../model/ports/cluster.ts';
import { type Problem, ProblemError, problem } from '../model/problem.ts';
import {
	type ElectionAction,
	type ElectionEvent,
	type ElectionState,
	leadsAt,
	newElection,
	observe,
	stepElection,
} from './election.ts';
import { composeLease, formatMicroTime, readLease, type StoredLease } from './lease-object.ts';
import { createWakeUp } from './wake-up.ts';

export interface ElectorParts {
	readonly cluster: Cluster;
	readonly ref: VersionedRef;
	/** Put on the Lease, so that one watch shows those of all shards. */
	readonly labels: Readonly<Record<string, string>>;
	readonly identity: string;
	readonly timings: LeaseTimings;
	readonly clock: Clock;
	readonly random: Random;
	/** Whether this process should lead. */
	readonly wanted: () => boolean;
	readonly onChange: (leads: boolean) => void;
	/** Lets what is under way end, before the Lease is given up on purpose. It leads no more by then. */
	readonly beforeRelease: (signal: AbortSignal) => Promise<void>;
	readonly onProblem: (problem: Problem) => void;
}

export interface Elector {
	leads(): boolean;
	/** The Lease may have changed. */
	nudge(): void;
	run(signal: AbortSignal): Promise<void>;
}

export function createElector(parts: ElectorParts): Elector {
	const { clock, random } = parts;
	const wakeUp = createWakeUp(clock);
	let state: ElectionState = newElection;
	let told = false;

	const settle = (next: ElectionState): void => {
		state = next;
		const leads = leadsAt(next, clock.now());
		if (leads === told) return;
		told = leads;
		parts.onChange(leads);
	};
	const act = async (action: ElectionAction, signal: AbortSignal): Promise<ElectionEvent> => {
		switch (action.kind) {
			case 'read':
				return await look(parts, signal);
			case 'write':
				return await write(parts, action, signal);
			case 'release':
				return await release(parts, action.base, signal);
			case 'wait':
				return { kind: 'woken', nudged: await wakeUp.wait(action.until - clock.now(), signal) };
		}
	};
	return {
		leads: () => leadsAt(state, clock.now()),
		nudge: wakeUp.ring,
		async run(signal) {
			let event: ElectionEvent = { kind: 'woken', nudged: false };
			while (!signal.aborted) {
				const moment = { now: clock.now(), chance: random(), wanted: parts.wanted() };
				const { state: next, action } = stepElection(parts, state, event, moment);
				// What is given up on purpose leads no more from here on, and is told once it has ended.
				if (action.kind === 'release') state = next;
				else settle(next);
				event = await act(action, signal);
			}
			if (event.kind === 'seen') settle(observe(parts, state, event.lease, { now: clock.now(), chance: 0 }));
			const last = await lastSighting(parts, state);
			state = newElection;
			if (last?.record.holder === parts.identity) await release(parts, last, new AbortController().signal);
			settle(newElection);
		},
	};
}

/** The Lease as far as it is known at the end; one whose last write has no answer is looked at once more. */
async function lastSighting(parts: ElectorParts, state: ElectionState): Promise<StoredLease | undefined> {
	if (state.attempts.length === 0 && !state.doubtful) return state.seen?.lease;
	const event = await look(parts, new AbortController().signal);
	return event.kind === 'seen' ? event.lease : undefined;
}

async function look(parts: ElectorParts, signal: AbortSignal): Promise<ElectionEvent> {
	const { cluster, ref, clock, timings } = parts;
	try {
		const object = await withinDeadline(clock, timings.renewDeadline / 2, signal, (life) =>
			cluster.read(ref, life),
		);
		return { kind: 'seen', lease: object === undefined ? undefined : readLease(object) };
	} catch (error) {
		if (!signal.aborted) parts.onProblem(explain(parts, error));
		return { kind: 'failed' };
	}
}

async function write(
	parts: ElectorParts,
	{ record, base }: { readonly record: LeaseRecord; readonly base?: StoredLease },
	signal: AbortSignal,
): Promise<ElectionEvent> {
	const { cluster, ref, labels, clock, timings } = parts;
	const manifest = composeLease(ref, record, labels, base);
	try {
		const outcome = await withinDeadline(clock, timings.renewDeadline / 2, signal, (life) =>
			base === undefined ? cluster.create(ref, manifest, life) : cluster.replace(ref, manifest, life),
		);
		if (base === undefined && outcome.kind === 'missing') {
			parts.onProblem(describeNamespace(parts));
			return { kind: 'failed' };
		}
		return readOutcome(parts, outcome);
	} catch (error) {
		if (!signal.aborted) parts.onProblem(explain(parts, error));
		return { kind: 'unknown' };
	}
}

function readOutcome(parts: ElectorParts, outcome: WriteOutcome): ElectionEvent {
	switch (outcome.kind) {
		case 'written':
			return { kind: 'seen', lease: readLease(outcome.object) };
		case 'conflict':
			return { kind: 'conflict' };
		case 'missing':
			return { kind: 'seen', lease: undefined };
		case 'refused':
			parts.onProblem(outcome.problem);
			return { kind: 'failed' };
		case 'unavailable': {
			const { message, retryAfter } = outcome;
			parts.onProblem(explain(parts, new Error(message)));
			return { kind: 'failed', ...(retryAfter === undefined ? {} : { retryAfter }) };
		}
		case 'unknown':
			return { kind: 'unknown' };
	}
}

/** Nothing renews meanwhile, so that what takes too long runs into the Lease's end rather than past it. */
async function release(parts: ElectorParts, base: StoredLease, signal: AbortSignal): Promise<ElectionEvent> {
	const { clock, timings } = parts;
	await withinDeadline(clock, timings.renewDeadline / 2, signal, parts.beforeRelease).catch((error) => {
		if (!signal.aborted) parts.onProblem(explain(parts, error));
	});
	const record = { ...releaseRecord(base.record), renewTime: formatMicroTime(clock.now()) };
	// A signal that is aborted meanwhile must not keep the Lease from being given up.
	return await write(parts, { record, base }, new AbortController().signal);
}

function explain({ cluster, ref }: ElectorParts, error: unknown): Problem {
	if (error instanceof ProblemError) return error.problem;
	const message = error instanceof Error ? error.message : String(error);
	return problem('E_LEASE', {
		where: { kind: 'named', name: `${cluster.name} ${ref.namespace}/${ref.name}` },
		message: `the Lease cannot be asked for or written: ${message}`,
	});
}

/** What cannot be created is missing only where its namespace is. */
function describeNamespace({ cluster, ref: { namespace, name } }: ElectorParts): Problem {
	return problem('E_LEASE', {
		where: { kind: 'named', name: `${cluster.name} ${namespace}/${name}` },
		message: `the namespace ${namespace} does not exist`,
		remedy: `create it, name another one with --namespace, or pass --no-leader-elect where nothing else writes`,
	});
}
