// Deliveries that are waited for only so long: Git may hang, and other ways to act must not wait for it.
import type { Change } from '../model/change.ts';
import type { PolicyKey } from '../model/names.ts';
import type { Clock } from '../model/ports/clock.ts';
import type { Delivery } from '../model/ports/delivery.ts';
import type { Receipt } from '../model/receipt.ts';
import type { Milliseconds } from '../model/time.ts';
import { sameRatio, type Weights } from '../model/weights.ts';

export interface PatientDelivery {
	/**
	 * Waits for at most `span`, then resolves to `undefined` while the delivery goes on by itself. The same weights of
	 * a policy are not delivered twice at once: whoever comes meanwhile waits for the delivery under way.
	 */
	deliver(change: Change, span: Milliseconds, signal: AbortSignal): Promise<Receipt | undefined>;
}

interface Underway {
	readonly to: Weights;
	readonly ending: Promise<Receipt>;
}

export function createPatientDelivery(delivery: Delivery, clock: Clock): PatientDelivery {
	const underway = new Map<PolicyKey, Underway>();

	const start = (change: Change, signal: AbortSignal): Promise<Receipt> => {
		const ending = delivery.deliver(change, signal);
		const begun: Underway = { to: change.shift.to, ending };
		underway.set(change.policy, begun);
		const forget = (): void => {
			if (underway.get(change.policy) === begun) underway.delete(change.policy);
		};
		// Once nobody waits any more, nobody is to be told of a failure either.
		ending.then(forget, forget);
		return ending;
	};

	return {
		async deliver(change, span, signal) {
			const known = underway.get(change.policy);
			const same = known !== undefined && sameRatio(known.to, change.shift.to);
			const ending = same ? known.ending : start(change, signal);
			const over = new AbortController();
			const late = clock.sleep(span, over.signal).then(
				() => undefined,
				() => undefined,
			);
			try {
				return await Promise.race([ending, late]);
			} finally {
				over.abort();
			}
		},
	};
}
