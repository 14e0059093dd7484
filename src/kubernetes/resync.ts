import type { Random } from '../model/ports/clock.ts';
import type { Instant, Milliseconds } from '../model/time.ts';

/** When a watched collection is listed again as a precaution, since a server may lose events (etcd has). */
export interface Resync {
	readonly at: Instant;
	readonly period: Milliseconds;
}

/** For each 1,000 objects begun, so that a list never costs more than a small part of the time. */
const unit: Milliseconds = 60_000;

/** Some earlier than the period, so that many lists do not come together; never later. */
const spread = 1 / 6;

/** A broken connection may be a server that lost or restored its state: soon after it there is a list. */
const haste = 1 / 6;

export function planResync(objects: number, now: Instant, random: Random): Resync {
	const period = unit * Math.max(1, Math.ceil(objects / 1_000));
	return { period, at: now + period * (1 - spread * random()) };
}

export function hastenResync({ at, period }: Resync, now: Instant): Resync {
	return { period, at: Math.min(at, now + period * haste) };
}
