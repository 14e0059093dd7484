import type { Change } from './change.ts';
import type { Shift } from './decision.ts';
import type { PolicyKey, TargetRef } from './names.ts';
import type { CommitId } from './ports/repository.ts';
import type { Problem } from './problem.ts';
import type { PullRequestNews } from './pull-request.ts';
import type { Reason } from './reason.ts';
import type { Evidence } from './receipt.ts';
import type { Milliseconds } from './time.ts';

/** Which policy a notice is about. */
export interface PolicyNotice {
	readonly policy: PolicyKey;
	readonly target: TargetRef;
	/** Made of labels as linkerd-failover reads them; its Events are named as linkerd-failover's were. */
	readonly labelled?: true;
}

/** Something worth telling people, once: the log, Events and the status page are made of these. */
export type Notice =
	| { readonly kind: 'revision'; readonly commit: CommitId; readonly policies: number }
	| { readonly kind: 'problem'; readonly problem: Problem }
	| (PolicyNotice & { readonly kind: 'held'; readonly reasons: readonly Reason[] })
	| (PolicyNotice & { readonly kind: 'decided'; readonly shift: Shift })
	/** Decided, and not carried out: Observe, dry run, plan. */
	| (PolicyNotice & { readonly kind: 'proposed'; readonly change: Change })
	| (PolicyNotice & {
			readonly kind: 'delivered';
			readonly shift: Shift;
			readonly evidence: Evidence;
			readonly after: Milliseconds;
	  })
	/** People are asked to merge it. */
	| (PolicyNotice & {
			readonly kind: 'requested';
			readonly shift: Shift;
			readonly number: number;
			readonly url: string;
			/** From the decision until now. */
			readonly after: Milliseconds;
			/** Of the live object, for Events. */
			readonly uid?: string;
	  })
	/** Of a pull request, which may be about many policies. */
	| ({ readonly kind: 'pull-request' } & PullRequestNews)
	/** Pushed and not live for long; `blocker` says what stands in between. */
	| (PolicyNotice & {
			readonly kind: 'unsynced';
			readonly commit: CommitId;
			/** From the decision until now; of a pull request, from its merge. */
			readonly since: Milliseconds;
			readonly blocker?: string;
			/** Of the live object, for Events. */
			readonly uid?: string;
	  })
	/** Git lagged, so the weights are now written directly, and committed later. */
	| (PolicyNotice & {
			readonly kind: 'escalated';
			readonly shift: Shift;
			/** From the decision until now. */
			readonly since: Milliseconds;
			readonly blocker?: string;
			readonly uid?: string;
	  })
	/** Weights were written directly long ago, and Git or the syncer is still not up to date. */
	| (PolicyNotice & {
			readonly kind: 'indebted';
			/** From the direct write until now. */
			readonly since: Milliseconds;
			readonly blocker?: string;
			readonly uid?: string;
	  })
	/** What was written directly is in Git and with the syncer, which is free again. */
	| (PolicyNotice & { readonly kind: 'released'; readonly since: Milliseconds })
	/** The live object carries the weights. `uid` is the live object's, for Events. */
	| (PolicyNotice & {
			readonly kind: 'converged';
			readonly shift: Shift;
			readonly uid: string;
			readonly after: Milliseconds;
			/** Of a commit: from the push until it was seen live. */
			readonly sincePush?: Milliseconds;
	  })
	| (PolicyNotice & {
			readonly kind: 'failed';
			readonly message: string;
			readonly problem?: Problem;
			readonly retryIn?: Milliseconds;
			/** What failed to be carried out, and on which object. */
			readonly shift?: Shift;
			readonly uid?: string;
	  })
	/** Something else keeps the decided weights from taking effect, or from the branch. `uid` is the live object's, for Events. */
	| (PolicyNotice & {
			readonly kind: 'warned';
			readonly reason: 'Contested' | 'AdaptorStalled' | 'PushRefused';
			readonly problem: Problem;
			readonly uid?: string;
	  });
