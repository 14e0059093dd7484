import type { Instant } from '../../model/time.ts';
import { systemClock } from '../system-clock.ts';

/** Something seen, and when. */
export interface Sighting<T> {
	readonly value: T;
	readonly at: Instant;
}

/** What was seen so far, in order, so that nothing is missed that came before anybody waited for it. */
export interface Sightings<T> {
	add(value: T): void;
	/** Tells of each from now on. Returns what ends it. */
	listen(listener: (sighting: Sighting<T>) => void): () => void;
	/** The first one from `since` on that matches; waits for it. Rejects with the signal's reason. */
	find(since: Instant, matches: (value: T) => boolean, signal: AbortSignal): Promise<Sighting<T>>;
}

export function createSightings<T>(): Sightings<T> {
	const seen: Sighting<T>[] = [];
	const listeners = new Set<(sighting: Sighting<T>) => void>();

	const listen: Sightings<T>['listen'] = (listener) => {
		listeners.add(listener);
		return () => listeners.delete(listener);
	};

	return {
		add(value) {
			const sighting = sight(value);
			seen.push(sighting);
			for (const tell of listeners) tell(sighting);
		},
		listen,
		find(since, matches, signal) {
			signal.throwIfAborted();
			const fits = ({ value, at }: Sighting<T>): boolean => at >= since && matches(value);
			const known = seen.find(fits);
			if (known !== undefined) return Promise.resolve(known);
			return new Promise((resolve, reject) => {
				const stop = listen((sighting) => {
					if (!fits(sighting)) return;
					stop();
					signal.removeEventListener('abort', abort);
					resolve(sighting);
				});
				const abort = (): void => {
					stop();
					reject(signal.reason);
				};
				signal.addEventListener('abort', abort, { once: true });
			});
		},
	};
}

/** Something seen right now. */
export function sight<T>(value: T): Sighting<T> {
	return { value, at: systemClock.now() };
}
