import { deliverByCommit } from '../deliver/commit.ts';
import { createDelivery, type MayWrite } from '../deliver/deliver.ts';
import { deliverDirect } from '../deliver/direct.ts';
import { verifyLive } from '../deliver/verify.ts';
import { boundWrites, type WriteBounds } from '../deliver/write-slots.ts';
import type { EditChange } from '../model/change.ts';
import type { PolicyKey } from '../model/names.ts';
import type { Delivery } from '../model/ports/delivery.ts';
import type { Repository } from '../model/ports/repository.ts';
import { problem } from '../model/problem.ts';
import { manifestEditor } from '../plan/manifest-editor.ts';
import { createReconciler, type Reconciler, type ReconcilerParts } from '../reconcile/reconciler.ts';

export interface ReconciliationParts extends Omit<ReconcilerParts, 'delivery' | 'verify' | 'duty'> {
	/** Without one, nothing can be committed. */
	readonly repository: Repository | undefined;
	/** Whether this replica may write for the policy now. */
	readonly leads: (policy: PolicyKey) => boolean;
	/** False for `plan` and `--dry-run`. */
	readonly writes: boolean;
}

export interface Reconciliation extends Reconciler {
	/** Whether writes to a cluster are under way. */
	isWriting(): boolean;
}

/** Writes to clusters at once. Few begin sooner, and soon there are as many as a server answers at its best. */
const writeBounds: WriteBounds = { first: 16, most: 64 };

const author = { name: 'Spillway', email: 'bot@spillway.dev' };

/** The loop with its deliveries. */
export function assembleReconciler(parts: ReconciliationParts): Reconciliation {
	const { repository, leads, writes, findCluster, clock, random } = parts;
	const mayWrite: MayWrite = ({ policy }) => leads(policy);
	const direct = boundWrites(deliverDirect(findCluster, mayWrite), writeBounds);
	const reconciler = createReconciler({
		...parts,
		delivery: createDelivery({
			direct,
			edit:
				repository === undefined
					? withoutRepository
					: deliverByCommit({ repository, editor: manifestEditor, clock, random, author, mayWrite }),
		}),
		verify: verifyLive(findCluster),
		duty({ key }) {
			if (!writes) return 'propose';
			return leads(key) ? 'write' : 'follow';
		},
	});
	return { ...reconciler, isWriting: direct.isBusy };
}

/** Policies made of labels never commit. */
const withoutRepository: Delivery<EditChange> = {
	deliver({ policy }) {
		const where = { kind: 'named', name: policy } as const;
		const message = 'there is no config repository to commit to';
		return Promise.resolve({
			kind: 'rejected',
			problem: problem('E_GIT_UNREACHABLE', { where, message, remedy: 'give --repo <url>' }),
			retry: 'on-change',
		});
	},
};
