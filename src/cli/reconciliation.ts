import { deliverByCommit } from '../deliver/commit.ts';
import { createDelivery, type MayWrite } from '../deliver/deliver.ts';
import { deliverDirect } from '../deliver/direct.ts';
import { createSyncers } from '../deliver/syncer/syncers.ts';
import { verifyLive } from '../deliver/verify.ts';
import { boundWrites, type WriteBounds } from '../deliver/write-slots.ts';
import type { EditChange } from '../model/change.ts';
import type { PolicyKey } from '../model/names.ts';
import { type CommitSettings, defaultPullRequests } from '../model/policy.ts';
import type { Delivery } from '../model/ports/delivery.ts';
import type { ManifestEditor } from '../model/ports/manifest-editor.ts';
import type { Branches, Repository } from '../model/ports/repository.ts';
import { problem } from '../model/problem.ts';
import type { PolicyRevision } from '../observe/policy-reader.ts';
import { createManifestEditor } from '../plan/manifest-editor.ts';
import { createReconciler, type Reconciler, type ReconcilerParts } from '../reconcile/reconciler.ts';
import { createPullRequestService, type PullRequestServiceParts } from './pull-request-service.ts';
import { runTogether } from './run-together.ts';

export interface ReconciliationParts
	extends Omit<ReconcilerParts, 'delivery' | 'verify' | 'duty' | 'syncers' | 'pulls' | 'settings'> {
	/** Without one, nothing can be committed. */
	readonly repository: (Repository & Branches) | undefined;
	/** Without one, nobody can be asked by pull request. */
	readonly forge?: PullRequestServiceParts['forge'];
	/** Whether this replica may write for the policy now. */
	readonly leads: (policy: PolicyKey) => boolean;
	/** False for `plan` and `--dry-run`. */
	readonly writes: boolean;
	/** Replicas share the policies, so that each policy's pull request has to be its own. */
	readonly isSharded?: boolean;
}

export interface Reconciliation extends Reconciler {
	/** Whether writes to a cluster are under way. */
	isWriting(): boolean;
	/** Somebody says that the pull request of a branch has changed; absent: any, or the base. */
	hintPullRequests(branch?: string): void;
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
	const pulls = createPullRequestService({
		...{ repository, forge: parts.forge, editor: commits.editor, clock, random, author, leads },
		wake: (concerns) => reconciler.wake(concerns),
		onNews: (news) => onNotice({ kind: 'pull-request', ...news }),
	});
	const reconciler = createReconciler({
		...parts,
		syncers,
		delivery: createDelivery({ direct, edit: commits.delivery, pulls: pulls.delivery }),
		pulls: pulls.desk,
		settings: pulls.settings,
		verify: verifyLive(findCluster),
		duty({ key }) {
			if (!writes) return 'propose';
			return leads(key) ? 'write' : 'follow';
		},
	});
	return {
		...reconciler,
		isWriting: direct.isBusy,
		apply(latest) {
			const revision = parts.isSharded ? separate(latest) : latest;
			if (writes) syncers.declare(targetClusters(revision));
			commits.apply(revision.commits ?? {});
			if (writes) pulls.apply(revision);
			reconciler.apply(revision);
		},
		hintPullRequests: pulls.hint,
		async run(signal) {
			try {
				await runTogether([reconciler.run, pulls.run], signal);
			} finally {
				syncers.close();
			}
		},
	};
}

/** No two policies share a pull request. */
function separate({
	policies,
	pullRequests = defaultPullRequests,
	...revision
}: PolicyRevision): PolicyRevision {
	const alone = policies.map(({ group: _, ...policy }) => policy);
	return { ...revision, policies: alone, pullRequests: { ...pullRequests, groupBy: 'Policy' } };
}

interface Commits {
	readonly delivery: Delivery<EditChange>;
	/** As commits look now. */
	readonly editor: ManifestEditor;
	/** How commits look from now on. */
	apply(settings: CommitSettings): void;
}

function createCommits(
	parts: Pick<ReconciliationParts, 'repository' | 'clock' | 'random'> & { readonly mayWrite: MayWrite },
): Commits {
	const { repository, clock, random, mayWrite } = parts;
	let settings: CommitSettings = {};
	let editor = createManifestEditor();
	const current: ManifestEditor = { ...editor, message: (changes) => editor.message(changes) };
	if (repository === undefined) {
		return { delivery: withoutRepository, editor: current, apply: () => undefined };
	}
	const delivery = deliverByCommit({
		repository,
		editor: current,
		clock,
		random,
		author,
		settings: () => settings,
		mayWrite,
	});
	return {
		delivery,
		editor: current,
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
