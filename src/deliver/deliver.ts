import type { ApplyChange, Change, EditChange, PatchChange, PullRequestChange } from '../model/change.ts';
import type { Delivery } from '../model/ports/delivery.ts';
import { undeliverable } from '../model/weights.ts';
import { rejectWeights } from './rejection.ts';

/** Where each kind of change goes: to the cluster, or to the repository. */
export interface Deliveries {
	readonly direct: Delivery<PatchChange | ApplyChange>;
	readonly edit: Delivery<EditChange>;
	readonly pulls: Delivery<PullRequestChange>;
}

/** Carries each change out its own way, and none whose weights must never be written. */
export function createDelivery({ direct, edit, pulls }: Deliveries): Delivery {
	return {
		async deliver(change, signal) {
			const refusal = undeliverable(change.shift.to);
			if (refusal !== undefined) return rejectWeights(change, refusal);
			signal.throwIfAborted();
			switch (change.kind) {
				case 'patch':
				case 'apply':
					return await direct.deliver(change, signal);
				case 'edit':
					return await edit.deliver(change, signal);
				case 'pull-request':
					return await pulls.deliver(change, signal);
			}
		},
	};
}

/** Whether this process may still write: a leader may lose its lease while a change waits for its turn. */
export type MayWrite = (change: Change) => boolean;

export const always: MayWrite = () => true;
