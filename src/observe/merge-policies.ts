import { formatTarget, type PolicyKey, type TargetRef } from '../model/names.ts';
import type { FailoverPolicy } from '../model/policy.ts';

/**
 * The policies in force: all explicit ones, and the labelled ones whose targets no explicit one has. Keys are made
 * unique: a labelled policy whose key another one has too is called `namespace/name@cluster`. Unchanged policies
 * stay the same objects from call to call.
 */
export function mergePolicies(
	explicit: readonly FailoverPolicy[],
	labelled: readonly FailoverPolicy[],
): readonly FailoverPolicy[] {
	const claimed = new Set(explicit.map(({ target }) => identify(target)));
	const left = labelled.filter(({ target }) => !claimed.has(identify(target)));
	const bearers = new Map<PolicyKey, number>();
	for (const { key } of [...explicit, ...left]) bearers.set(key, (bearers.get(key) ?? 0) + 1);
	return [...explicit, ...left.map((policy) => (bearers.get(policy.key) === 1 ? policy : rename(policy)))];
}

function identify(target: TargetRef): string {
	return `${target.kind} ${target.group ?? ''} ${formatTarget(target)}`;
}

/** By the original: whoever follows the policies takes another object for a changed policy. */
const renamed = new WeakMap<FailoverPolicy, FailoverPolicy>();

/** No name of Kubernetes or of a policy holds an @, so the new key is nobody else's. */
function rename(policy: FailoverPolicy): FailoverPolicy {
	const known = renamed.get(policy) ?? { ...policy, key: `${policy.key}@${policy.target.cluster}` };
	renamed.set(policy, known);
	return known;
}
