import type { EditChange, PatchChange } from '../model/change.ts';
import type { Delivery } from '../model/ports/delivery.ts';
import { problem } from '../model/problem.ts';
import { undeliverable } from '../model/weights.ts';

/** One delivery for each kind of change. */
export interface Deliveries {
	readonly patch: Delivery<PatchChange>;
	readonly edit: Delivery<EditChange>;
}

/** Carries each change out its own way, and none whose weights must never be written. */
export function createDelivery({ patch, edit }: Deliveries): Delivery {
	return {
		async deliver(change, signal) {
			const refusal = undeliverable(change.shift.to);
			if (refusal !== undefined) {
				const where = { kind: 'named', name: change.policy } as const;
				return {
					kind: 'rejected',
					problem: problem('E_ALL_ZERO', { where, message: refusal }),
					retry: 'on-change',
				};
			}
			signal.throwIfAborted();
			switch (change.kind) {
				case 'patch':
					return await patch.deliver(change, signal);
				case 'edit':
					return await edit.deliver(change, signal);
			}
		},
	};
}
