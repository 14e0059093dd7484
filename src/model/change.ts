import type { Shift } from './decision.ts';
import type { LiveTarget } from './live-target.ts';
import type { ManualEditRule } from './manual-edit.ts';
import type { PolicyKey, ServiceName, TargetRef } from './names.ts';
import type { FailoverPolicy } from './policy.ts';
import type { Manifest, PatchOperation } from './ports/cluster.ts';
import type { CommitId } from './ports/repository.ts';
import type { BackendEvidence, PullRequestGroup, Rung } from './pull-request.ts';
import type { Instant } from './time.ts';

/** What every change says of itself, whichever way it is carried out. */
interface ChangeFacts {
	readonly policy: PolicyKey;
	readonly target: TargetRef;
	readonly shift: Shift;
	readonly decidedAt: Instant;
}

/** A JSON Patch of one live object, conditional on what was read. */
export interface PatchChange extends ChangeFacts {
	readonly kind: 'patch';
	/** API version whose schema allows every weight of the result. */
	readonly version: string;
	readonly operations: readonly PatchOperation[];
	/** What was read, and the operations start from. */
	readonly base: Pick<LiveTarget, 'rules' | 'annotated'>;
}

/** A whole owned object for server-side apply, conditional on what was read. */
export interface ApplyChange extends ChangeFacts {
	readonly kind: 'apply';
	readonly version: string;
	readonly manifest: Manifest;
}

/** An edit of one manifest below a folder of the config repository. */
export interface EditChange extends ChangeFacts {
	readonly kind: 'edit';
	readonly folder: string;
	/** The commit the policy was read from. */
	readonly policyCommit: CommitId;
	/** Set where Spillway owns the manifest: it is made where it is missing. */
	readonly owned?: { readonly apex: ServiceName };
	/** Absent: a person's edit is written over. */
	readonly manualEdits?: ManualEditRule;
	/** A failback that does not wait for others: it takes back what was merged too late. */
	readonly urgent?: true;
}

/** An edit that people are to approve: it becomes part of its group's pull request. */
export interface PullRequestChange extends ChangeFacts {
	readonly kind: 'pull-request';
	readonly edit: EditChange;
	readonly group: PullRequestGroup;
	/** The Service that clients call, as the live target names it. */
	readonly apex?: ServiceName;
	/** What was seen of each backend, in the order of the policy. */
	readonly evidence: readonly BackendEvidence[];
	/** Merged once its checks pass, without a step of the ladder. */
	readonly autoMerge: boolean;
	/** What happens by itself if nobody does anything, in order. */
	readonly rungs: readonly Rung[];
	/** How the way back is gone. */
	readonly failback: FailoverPolicy['failback'];
	/** Where the policy stands in the repository: `policies/emoji.yaml:1`. */
	readonly source: string;
}

/** A decision × a target: exactly what to carry out. */
export type Change = PatchChange | ApplyChange | EditChange | PullRequestChange;
