import { noSyncers } from '../../src/model/no-syncers.ts';
import type { Clock } from '../../src/model/ports/clock.ts';
import type { Delivery } from '../../src/model/ports/delivery.ts';
import { createDebtBook } from '../../src/reconcile/debt-book.ts';
import type { PassParts } from '../../src/reconcile/pass-report.ts';
import { createPatientDelivery } from '../../src/reconcile/patient-delivery.ts';

/** What outlives a pass, anew, beside this delivery; no cluster has a syncer. */
export function passServices(
	delivery: Delivery,
	clock: Clock,
): Pick<PassParts, 'delivery' | 'patient' | 'debts' | 'syncers'> {
	return {
		delivery,
		patient: createPatientDelivery(delivery, clock),
		debts: createDebtBook(() => 0.5),
		syncers: noSyncers,
	};
}
