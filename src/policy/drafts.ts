import type { z } from 'zod';
import type { ServiceName } from '../model/names.ts';
import type { FailoverPolicy, SpillwayConfig, Via } from '../model/policy.ts';
import type { Where } from '../model/problem.ts';
import type { FailbackDraft } from './failback.ts';
import type { SyncerMark } from './synced-folder.ts';

/** Where the parts of a policy stand that can only be judged beside other documents. */
export interface PolicyPlaces {
	readonly name: Where;
	readonly target: Where;
	readonly cluster: Where;
	/** The name of `via`, or the mapping it is missing from. */
	readonly failoverVia: Where;
	readonly failbackVia: Where;
	/** The name of `escalate`, or the mapping that has none. */
	readonly escalate: Where;
	/** Where each of its steps leads to. */
	readonly steps: readonly Where[];
	/** The name of `autoMerge`, or the mapping that has none. */
	readonly autoMerge: Where;
	/** The cluster of each written origin. */
	readonly origins: ReadonlyMap<ServiceName, Where>;
}

/** A policy that is right in itself; `via` may still have to come from `spillway.yaml`. */
export interface PolicyDraft extends Omit<FailoverPolicy, 'failover' | 'failback'> {
	readonly failover: Omit<FailoverPolicy['failover'], 'via'> & { readonly via?: Via };
	readonly failback: FailbackDraft;
	readonly places: PolicyPlaces;
	readonly mark: SyncerMark;
}

/** A `SpillwayConfig` document and where it begins. */
export interface ConfigDraft {
	readonly config: SpillwayConfig;
	readonly where: Where;
	readonly mark: SyncerMark;
}

/** A document measured against its schema. */
export type DocumentReading =
	| { readonly kind: 'policy'; readonly draft: PolicyDraft }
	| { readonly kind: 'config'; readonly draft: ConfigDraft }
	| { readonly kind: 'invalid'; readonly issues: readonly z.core.$ZodIssue[] };
