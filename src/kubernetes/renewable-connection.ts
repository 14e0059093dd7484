import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../model/ports/clock.ts';
import type { Instant, Milliseconds } from '../model/time.ts';
import type { AuthHeaders, Connection, TlsSettings } from './connection.ts';

/** Who we are to a cluster, and whom we trust there. */
export interface Identity {
	readonly tls: TlsSettings;
	readonly headers: AuthHeaders;
	/** When the server stops accepting it. */
	readonly expiresAt?: Instant;
}

export interface RenewableOptions extends Pick<Connection, 'server' | 'proxy'> {
	readonly first: Identity;
	/**
	 * Reads the identity as it is now. `look`: from files; `renew`: also from whatever else issues it, as the last
	 * one is refused or about to expire.
	 */
	readonly read: (effort: 'look' | 'renew') => Promise<Identity>;
	/** Needed where identities expire. */
	readonly clock?: Clock;
}

/** An identity is renewed so long before it expires … */
const renewAhead: Milliseconds = 60_000;

/** … and where that fails, tried again after this long. */
const renewPause: Milliseconds = 10_000;

/** A connection whose identity can be read again. Many requests that need that at once have it read once. */
export function createRenewableConnection({
	first,
	read,
	clock,
	...address
}: RenewableOptions): Connection & Required<Pick<Connection, 'refresh'>> {
	let current = first;
	let renewAt = renewalOf(first);
	const reading = new Map<'look' | 'renew', Promise<void>>();

	const readAgain = (effort: 'look' | 'renew'): Promise<void> => {
		const running =
			reading.get(effort) ??
			read(effort)
				.then((next) => {
					requireUsable(next.tls, current.tls);
					current = next;
					renewAt = renewalOf(next);
				})
				.finally(() => reading.delete(effort));
		reading.set(effort, running);
		return running;
	};

	/** An identity that is still good outlives a failure to renew it. */
	const renewInTime = async (now: Instant): Promise<void> => {
		renewAt = now + renewPause;
		try {
			await readAgain('renew');
		} catch (error) {
			if (now >= (current.expiresAt ?? Number.POSITIVE_INFINITY)) throw error;
		}
	};

	return {
		...address,
		tls: first.tls,
		async authorize(refused) {
			const now = clock?.now();
			if (refused !== undefined && isDeepStrictEqual(refused, current.headers)) await readAgain('renew');
			else if (now !== undefined && now >= renewAt) await renewInTime(now);
			return current.headers;
		},
		async refresh() {
			await readAgain('look').catch(() => undefined);
			return current.tls;
		},
	};
}

function renewalOf({ expiresAt = Number.POSITIVE_INFINITY }: Identity): Instant {
	return expiresAt - renewAhead;
}

/** Throws where files are just being replaced: half written, or not fitting together yet. */
function requireUsable(tls: TlsSettings, before: TlsSettings): void {
	if (isDeepStrictEqual(tls, before)) return;
	createSecureContext(tls);
	// A context takes half a certificate for none.
	if (tls.ca !== undefined) new X509Certificate(tls.ca);
}
