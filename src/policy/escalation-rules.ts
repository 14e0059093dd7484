// Whether the steps of an escalation can be taken, judged beside spillway.yaml.
import type { ClusterConfig, EscalationStep, SpillwayConfig, Via } from '../model/policy.ts';
import { type Problem, problem, type Where } from '../model/problem.ts';
import type { PolicyDraft } from './drafts.ts';

export function* checkEscalation(
	{ pullRequests }: SpillwayConfig,
	cluster: ClusterConfig | undefined,
	{ failover: { escalate = [] }, places }: PolicyDraft,
	via: Via | undefined,
): Generator<Problem> {
	if (escalate.length === 0 || via === undefined) return;
	if (via === 'Direct') {
		yield problem('E_ESCALATION', {
			where: places.escalate,
			message: 'spec.failover.escalate is for via: Commit or PullRequest; Direct writes at once',
			remedy: 'remove it, or use spec.failover.via: Commit',
		});
		return;
	}
	const { onCall = [], reviewers = [] } = pullRequests ?? {};
	const asked: Asked = { Notify: onCall, Reviewers: [...onCall, ...reviewers] };
	for (const [index, { to }] of escalate.entries()) {
		const step: Step = {
			to,
			field: `spec.failover.escalate[${index}].to`,
			where: places.steps[index] ?? places.escalate,
		};
		if (to === 'Direct') yield* checkSyncer(cluster, step.where);
		else if (via === 'Commit') yield refuseForCommit(step);
		else yield* checkPeople(asked, step);
	}
}

interface Step {
	readonly to: EscalationStep;
	readonly field: string;
	readonly where: Where;
}

/** Whom the steps turn to that turn to people. */
type Asked = Readonly<Record<'Notify' | 'Reviewers', readonly string[]>>;

/** A commit waits for nobody: only a direct write can overtake it. */
function refuseForCommit({ to, field, where }: Step): Problem {
	return problem('E_ESCALATION', {
		where,
		message: `${field} ${to} is for via: PullRequest; a commit can only be followed by Direct`,
		remedy: 'remove the step, or use spec.failover.via: PullRequest',
	});
}

function* checkPeople(asked: Asked, { to, field, where }: Step): Generator<Problem> {
	if (to !== 'Notify' && to !== 'Reviewers') return;
	if (asked[to].length > 0) return;
	const places = to === 'Notify' ? 'spec.pullRequests.onCall' : 'spec.pullRequests.onCall or reviewers';
	yield problem('E_ESCALATION', {
		where,
		message: `${field} ${to} has nobody to turn to`,
		remedy: `name people in ${places} of spillway.yaml, such as onCall: [ada, team:sre]`,
	});
}

/** A direct write must outlast the syncer, which goes on from its cache. */
function* checkSyncer(cluster: ClusterConfig | undefined, where: Where): Generator<Problem> {
	if (cluster === undefined) return;
	const { name, syncer } = cluster;
	const field = `spec.clusters.${name}.syncer`;
	if (syncer === undefined) {
		const message = 'a syncer would undo the direct write from its cache, also while Git is down';
		yield problem('E_ESCALATION', { where, message, remedy: `name it in ${field}, such as ${field}: Flux` });
	} else if (syncer.kind === 'ArgoCD' && syncer.dedicated === undefined) {
		yield problem('E_ESCALATION', {
			where,
			message: 'Argo CD can only be held off a whole Application, and would undo the direct write otherwise',
			remedy: `give the targets an Application of their own, and name it: ${field}: {kind: ArgoCD, application: argocd/${name}-splits, dedicated: true}`,
		});
	}
}
