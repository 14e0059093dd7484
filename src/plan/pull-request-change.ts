// A decision that people are to approve: its edit, whom it shares a pull request with, and what was seen.
import type { PullRequestChange } from '../model/change.ts';
import type { Sample } from '../model/health.ts';
import { rungsOf } from '../model/ladder.ts';
import type { Move } from '../model/move.ts';
import type { ClusterName } from '../model/names.ts';
import type { Backend, FailoverPolicy, GroupBy, PullRequestSettings } from '../model/policy.ts';
import type { BackendEvidence, PullRequestGroup } from '../model/pull-request.ts';
import { describeSample } from '../model/seen.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Instant } from '../model/time.ts';
import { type Decided, type Destination, planEdit } from './plan-edit.ts';

/** What a pull request says beside the weights. */
export interface RequestFacts {
	readonly snapshot: Pick<Snapshot, 'samples'>;
	readonly settings: Pick<PullRequestSettings, 'groupBy'>;
	readonly now: Instant;
}

/** An edit that becomes part of its group's pull request. */
export function planPullRequest(
	pending: Decided,
	destination: Destination & { readonly request: RequestFacts },
): PullRequestChange {
	const { policy, live, request } = destination;
	const { move } = pending.shift;
	const { kind: _, ...facts } = planEdit(pending, destination);
	const apex = live?.apexes[0] ?? policy.owned?.apex;
	return {
		kind: 'pull-request',
		policy: facts.policy,
		target: facts.target,
		shift: facts.shift,
		decidedAt: facts.decidedAt,
		edit: { kind: 'edit', ...facts },
		group: groupOf(policy, move, request.settings.groupBy),
		...(apex === undefined ? {} : { apex }),
		evidence: policy.backends.map((backend) => evidenceOf(backend, destination)),
		autoMerge: move === 'failback' && policy.failback.autoMerge === true,
		rungs: rungsOf(policy, pending),
		failback: policy.failback,
		source: policy.source,
	};
}

/**
 * The group whose pull request a policy's move joins. It begins with the target's cluster, whose Spillway looks after
 * it alone. Names hold neither `.` nor `_`, so that no two groups have one name, nor is one a folder of another.
 */
export function groupOf(policy: FailoverPolicy, move: Move, groupBy: GroupBy): PullRequestGroup {
	const name = nameGroup(policy, groupBy);
	// Git takes no ref that ends so.
	return { move, name: name.endsWith('.lock') ? `${name}_` : name };
}

function nameGroup(
	{ target: { cluster }, namespace, name, group }: FailoverPolicy,
	groupBy: GroupBy,
): string {
	if (group !== undefined) return `${cluster}_${group}`;
	switch (groupBy) {
		case 'Cluster':
			return cluster;
		case 'Namespace':
			return `${cluster}.${namespace}`;
		case 'Policy':
			return `${cluster}.${namespace}.${name}`;
	}
}

/** The groups a policy may join. */
export function groupsOf(
	policy: FailoverPolicy,
	{ groupBy }: Pick<PullRequestSettings, 'groupBy'>,
): readonly PullRequestGroup[] {
	return [groupOf(policy, 'failover', groupBy), groupOf(policy, 'failback', groupBy)];
}

function evidenceOf(
	backend: Backend,
	{ policy, memory, request }: Destination & { readonly request: RequestFacts },
): BackendEvidence {
	const { service, tier } = backend;
	const { minReady } = policy.health;
	const sample = request.snapshot.samples.get(service);
	const { verdict = 'Unknown', passingSince, failingSince } = memory.backends.get(service) ?? {};
	const since = passingSince ?? failingSince;
	return {
		service,
		cluster: backend.origin?.cluster ?? placeOf(sample) ?? policy.target.cluster,
		tier,
		verdict,
		seen: describeSample(sample, { minReady, now: request.now }),
		threshold: sample?.kind === 'mirrored' ? 'a ready address' : `at least ${minReady} ready`,
		...(since === undefined ? {} : { since }),
	};
}

/** The cluster that a sample tells of, if it is not the target's: `west` of `west/shop/web`. */
function placeOf(sample: Sample | undefined): ClusterName | undefined {
	const name = sample === undefined ? undefined : originNamed(sample);
	return name === undefined || name === 'local' ? undefined : name.split('/')[0];
}

function originNamed(sample: Sample): string | undefined {
	if (sample.kind === 'counted') return sample.from;
	return sample.kind === 'unknown' && 'origin' in sample.cause ? sample.cause.origin : undefined;
}
