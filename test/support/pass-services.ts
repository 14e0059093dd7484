import { noSyncers } from '../../src/model/no-syncers.ts';
import type { Clock } from '../../src/model/ports/clock.ts';
import type { Delivery } from '../../src/model/ports/delivery.ts';
import { withoutPullRequests } from '../../src/model/without-pull-requests.ts';
import { createDebtBook } from '../../src/reconcile/debt-book.ts';
import { type PassParts, usualSettings } from '../../src/reconcile/pass-report.ts';
import { createPatientDelivery } from '../../src/reconcile/patient-delivery.ts';

/**
 * What outlives a pass, anew, beside this delivery. It may always write, no cluster has a syncer, nobody is asked for
 * anything, and nobody is told what a write showed.
 */
export function passServices(delivery: Delivery, clock: Clock): Omit<PassParts, 'ledger' | 'verify'> {
	return {
		clock,
		delivery,
		patient: createPatientDelivery(delivery, clock),
		debts: createDebtBook(() => 0.5),
		syncers: noSyncers,
		pulls: withoutPullRequests,
		settings: () => usualSettings,
		duty: () => 'write',
		onObject: () => undefined,
	};
}
