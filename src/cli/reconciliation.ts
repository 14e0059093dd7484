import { deliverByCommit } from '../deliver/commit.ts';
import { createDelivery, type MayWrite } from '../deliver/deliver.ts';
import { deliverDirect } from '../deliver/direct.ts';
import { createSyncers } from '../deliver/syncer/syncers.ts';
import { verifyLive } from '../deliver/verify.ts';
import { boundWrites, type WriteBounds } from '../deliver/write-slots.ts';
import type { EditChange } from '../model/change.ts';
import type { PolicyKey } from '../model/names.ts';
import type { CommitSettings } from '../model/policy.ts';
import type { Delivery } from '../model/ports/delivery.ts';
import type { Repository } from '../model/ports/repository.ts';
import { problem } from '../model/problem.ts';
import type { PolicyRevision } from '../observe/policy-reader.ts';
import { createManifestEditor } from '../plan/manifest-editor.ts';
import { createReconciler, type Reconciler, type ReconcilerParts } from '../reconcile/reconciler.ts';

export interface ReconciliationParts
	extends Omit<ReconcilerParts, 'delivery' | 'verify' | 'duty' | 'syncers'> {
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
	const { repository, leads, writes, findCluster, clock, random, ledger, onNotice } = parts;
	const mayWrite: MayWrite = ({ policy }) => leads(policy);
	const direct = boundWrites(deliverDirect(findCluster, mayWrite), writeBounds);
	const syncers = createSyncers({
		findCluster,
		clock,
		random,
		repository,
		onNews: () => reconciler.wake((key) => ledger.load(key).debt !== undefined),
		onProblem: (problem) => onNotice({ kind: 'problem', problem }),
	});
	const commits = createCommits({ ...parts, mayWrite });
	const reconciler = createReconciler({
		...parts,
		syncers,
		delivery: createDelivery({
			direct,
			edit: commits.delivery,
		}),
		verify: verifyLive(findCluster),
		duty({ key }) {
			if (!writes) return 'propose';
			return leads(key) ? 'write' : 'follow';
		},
	});
	return {
		...reconciler,
		isWriting: direct.isBusy,
		apply(revision) {
			if (writes) syncers.declare(targetClusters(revision));
			commits.apply(revision.commits ?? {});
			reconciler.apply(revision);
		},
		async run(signal) {
			try {
				await reconciler.run(signal);
			} finally {
				syncers.close();
			}
		},
	};
}

interface Commits {
	readonly delivery: Delivery<EditChange>;
	/** How commits look from now on. */
	apply(settings: CommitSettings): void;
}

function createCommits(
	parts: Pick<ReconciliationParts, 'repository' | 'clock' | 'random'> & { readonly mayWrite: MayWrite },
): Commits {
	const { repository, clock, random, mayWrite } = parts;
	let settings: CommitSettings = {};
	let editor = createManifestEditor();
	if (repository === undefined) return { delivery: withoutRepository, apply: () => undefined };
	const delivery = deliverByCommit({
		repository,
		editor: { ...editor, message: (changes) => editor.message(changes) },
		clock,
		random,
		author,
		settings: () => settings,
		mayWrite,
	});
	return {
		delivery,
		apply(next) {
			settings = next;
			editor = createManifestEditor({ message: next.message });
		},
	};
}

/** Only where targets are does it matter what the syncer does. */
function targetClusters({ clusters, policies }: PolicyRevision): PolicyRevision['clusters'] {
	const names = new Set(policies.map(({ target }) => target.cluster));
	return clusters.filter(({ name }) => names.has(name));
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
