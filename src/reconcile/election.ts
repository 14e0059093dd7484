// The election for one Lease, as a pure machine: (state, what happened, now) → (state, what to do next). Changes of
// the Lease are timed by the own clock, from the moment they are seen; what others wrote as times is never looked at.
import { isReleased, type LeaseRecord, type LeaseTimings, sameRecord, type Term } from '../model/lease.ts';
import type { Instant, Milliseconds } from '../model/time.ts';
import { formatMicroTime, type StoredLease } from './lease-object.ts';

export interface ElectionRules {
	/** Of this process alone; another one with the same name is taken for somebody else. */
	readonly identity: string;
	readonly timings: LeaseTimings;
}

export interface ElectionState {
	/** What the last answer showed; absent before the first. */
	readonly seen?: Sighting;
	/** Records that this process sent and whose fate is not known yet. */
	readonly attempts: readonly Attempt[];
	/** While it leads. */
	readonly term?: Term;
	/** Calls in a row that came to nothing. */
	readonly failures: number;
	/** A write met another version, or nobody knows what it met: only reading can tell what there is now. */
	readonly doubtful: boolean;
}

interface Sighting {
	/** Absent: there is no such Lease. */
	readonly lease?: StoredLease;
	/** When the Lease may be taken, unless it changes. */
	readonly freeAt: Instant;
}

interface Attempt {
	readonly renewTime: string;
	readonly sentAt: Instant;
}

export type ElectionEvent =
	/** A wait is over; `nudged` where something about the Lease is news. */
	| { readonly kind: 'woken'; readonly nudged: boolean }
	/** The Lease as it is: read, or sent along with the answer to a write. */
	| { readonly kind: 'seen'; readonly lease: StoredLease | undefined }
	/** A precondition failed: the Lease is not what it was. */
	| { readonly kind: 'conflict' }
	/** The answer to a write was lost. */
	| { readonly kind: 'unknown' }
	/** A call came to nothing. */
	| { readonly kind: 'failed'; readonly retryAfter?: Milliseconds };

export type ElectionAction =
	| { readonly kind: 'read' }
	/** Create, or replace `base` on condition that it did not change. */
	| { readonly kind: 'write'; readonly record: LeaseRecord; readonly base?: StoredLease }
	/** Let go of what is led no more; the next event is whatever comes of it. */
	| { readonly kind: 'release'; readonly base: StoredLease }
	| { readonly kind: 'wait'; readonly until: Instant };

export interface Moment {
	readonly now: Instant;
	/** Uniform in [0, 1). */
	readonly chance: number;
	/** Whether this process should lead: false leaves or releases the Lease to others. */
	readonly wanted: boolean;
}

export interface ElectionStep {
	readonly state: ElectionState;
	readonly action: ElectionAction;
}

export const newElection: ElectionState = { attempts: [], failures: 0, doubtful: false };

/** Compared with the deadline at every question, so that a process that slept leads no more when it wakes. */
export function leadsAt({ term }: ElectionState, now: Instant): boolean {
	return term !== undefined && now < term.until;
}

export function stepElection(
	rules: ElectionRules,
	state: ElectionState,
	event: ElectionEvent,
	moment: Moment,
): ElectionStep {
	const current = leadsAt(state, moment.now) ? state : endTerm(state);
	switch (event.kind) {
		case 'woken':
			return current.term === undefined || current.doubtful || event.nudged
				? { state: current, action: { kind: 'read' } }
				: proceed(rules, current, moment);
		case 'seen':
			return proceed(rules, observe(rules, current, event.lease, moment), moment);
		case 'conflict':
		case 'unknown':
			if (current.failures > 0) return backOff(rules, { ...current, doubtful: true }, moment);
			return { state: { ...current, doubtful: true, failures: 1 }, action: { kind: 'read' } };
		case 'failed':
			return backOff(rules, current, moment, event.retryAfter);
	}
}

/** The state once an answer showed the Lease. A record counts as ours only if this process knows to have sent it. */
export function observe(
	{ identity, timings }: ElectionRules,
	state: ElectionState,
	lease: StoredLease | undefined,
	{ now, chance }: Pick<Moment, 'now' | 'chance'>,
): ElectionState {
	const before = state.seen?.lease;
	if (lease === undefined) return observeAbsence(timings, state, now);
	if (before?.object.metadata.resourceVersion === lease.object.metadata.resourceVersion)
		return sameAgain(state);
	// What was sent was based on another version: it is this one, or it can come true no more.
	const settled = { ...state, attempts: [], failures: 0, doubtful: false };
	if (before !== undefined && sameRecord(before.record, lease.record)) {
		return { ...settled, seen: { freeAt: state.seen?.freeAt ?? now, lease } };
	}
	const { record } = lease;
	const attempt = state.attempts.find(({ renewTime }) => renewTime === record.renewTime);
	if (attempt !== undefined && record.holder === identity) {
		const until = attempt.sentAt + timings.renewDeadline;
		const renewAt = attempt.sentAt + jitter(timings.retryPeriod, chance);
		const led = { ...settled, seen: { freeAt: now, lease }, term: { until, renewAt } };
		return leadsAt(led, now) ? led : endTerm(led);
	}
	const freeAt = isReleased(record) ? now : now + (record.duration ?? timings.leaseDuration);
	return { ...endTerm(settled), seen: { freeAt, lease } };
}

/**
 * A Lease that vanished may have a holder that does not know yet. That one makes it anew at once and leads on;
 * everybody else waits as long as if the Lease were still there. A Lease that never was there has no holder.
 */
function observeAbsence(timings: LeaseTimings, state: ElectionState, now: Instant): ElectionState {
	if (state.seen !== undefined && state.seen.lease === undefined) return sameAgain(state);
	const record = state.seen?.lease?.record;
	const held = record !== undefined && state.term === undefined && !isReleased(record);
	const freeAt = held ? now + (record.duration ?? timings.leaseDuration) : now;
	return { ...state, attempts: [], failures: 0, doubtful: false, seen: { freeAt } };
}

/** A write that meets a conflict where nothing changed is not tried again at once. */
function sameAgain(state: ElectionState): ElectionState {
	return { ...state, doubtful: false, failures: state.doubtful ? state.failures : 0 };
}

function proceed(rules: ElectionRules, state: ElectionState, moment: Moment): ElectionStep {
	const { term, seen } = state;
	if (seen === undefined) return { state, action: { kind: 'read' } };
	const { now, wanted } = moment;
	const held = term !== undefined || seen.lease?.record.holder === rules.identity;
	if (!wanted && held && seen.lease !== undefined) {
		return { state: endTerm(state), action: { kind: 'release', base: seen.lease } };
	}
	if (term === undefined) return standBy(rules, state, seen, moment);
	if (now >= term.renewAt || seen.lease === undefined) return send(rules, state, seen.lease, now);
	return { state, action: { kind: 'wait', until: boundByTerm(state, term.renewAt) } };
}

/** Takes what is free, if it should; otherwise looks again, at the latest when it may be free. */
function standBy(
	rules: ElectionRules,
	state: ElectionState,
	{ lease, freeAt }: Sighting,
	{ now, chance, wanted }: Moment,
): ElectionStep {
	if (wanted && now >= freeAt) return send(rules, state, lease, now);
	const look = now + jitter(rules.timings.retryPeriod, chance);
	const until = wanted ? Math.min(look, freeAt) : look;
	return { state, action: { kind: 'wait', until } };
}

function send(
	{ identity, timings }: ElectionRules,
	state: ElectionState,
	base: StoredLease | undefined,
	now: Instant,
): ElectionStep {
	const renewTime = formatMicroTime(now);
	const { transitions = -1, holder } = base?.record ?? {};
	const record: LeaseRecord = {
		holder: identity,
		duration: timings.leaseDuration,
		renewTime,
		transitions: holder === identity ? transitions : transitions + 1,
	};
	// One that is older than a lease could no longer make a term of it.
	const young = state.attempts.filter(({ sentAt }) => now - sentAt < timings.leaseDuration);
	const attempts = [...young, { renewTime, sentAt: now }];
	return {
		state: { ...state, attempts },
		action: { kind: 'write', record, ...(base === undefined ? {} : { base }) },
	};
}

function endTerm({ term: _, ...rest }: ElectionState): ElectionState {
	return rest;
}

/** A leader wakes no later than its term ends. */
function boundByTerm({ term }: ElectionState, at: Instant): Instant {
	return term === undefined ? at : Math.min(at, term.until);
}

/** 0.8 … 1 of the period: replicas do not ask in step, and the bounds of the period still hold. */
function jitter(period: Milliseconds, chance: number): Milliseconds {
	return period * (0.8 + 0.2 * chance);
}

/** The pause grows from an eighth of the retry period to all of it. */
function backOff(
	{ timings: { retryPeriod } }: ElectionRules,
	state: ElectionState,
	{ now, chance }: Moment,
	retryAfter: Milliseconds = 0,
): ElectionStep {
	const pause = jitter(retryPeriod / 2 ** Math.max(0, 3 - state.failures), chance);
	const next = { ...state, failures: state.failures + 1 };
	return {
		state: next,
		action: { kind: 'wait', until: boundByTerm(next, now + Math.max(pause, retryAfter)) },
	};
}
