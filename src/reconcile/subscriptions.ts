// Which policies each topic concerns. Most topics concern one policy, and there are several for each policy, so a
// set is made only where a second one joins.
import type { PolicyKey } from '../model/names.ts';
import type { Topic } from '../observe/world.ts';

export interface Subscriptions {
	/** From now on news of these topics, and of no others, concerns the policy. */
	subscribe(policy: PolicyKey, topics: readonly Topic[]): void;
	forget(policy: PolicyKey): void;
	concernedBy(topics: Iterable<Topic>): ReadonlySet<PolicyKey>;
}

export function createSubscriptions(): Subscriptions {
	const topicsOf = new Map<PolicyKey, readonly Topic[]>();
	const policiesOf = new Map<Topic, PolicyKey | Set<PolicyKey>>();

	const join = (topic: Topic, policy: PolicyKey): void => {
		const known = policiesOf.get(topic);
		if (known === undefined) policiesOf.set(topic, policy);
		else if (known instanceof Set) known.add(policy);
		else if (known !== policy) policiesOf.set(topic, new Set([known, policy]));
	};

	const leave = (topic: Topic, policy: PolicyKey): void => {
		const known = policiesOf.get(topic);
		if (known instanceof Set) known.delete(policy);
		if (known === policy || (known instanceof Set && known.size === 0)) policiesOf.delete(topic);
	};

	return {
		subscribe(policy, topics) {
			const before = topicsOf.get(policy) ?? [];
			if (isSame(before, topics)) return;
			for (const topic of before) leave(topic, policy);
			for (const topic of topics) join(topic, policy);
			topicsOf.set(policy, topics);
		},
		forget(policy) {
			for (const topic of topicsOf.get(policy) ?? []) leave(topic, policy);
			topicsOf.delete(policy);
		},
		concernedBy(topics) {
			const concerned = new Set<PolicyKey>();
			for (const topic of topics) {
				const known = policiesOf.get(topic);
				if (known instanceof Set) for (const policy of known) concerned.add(policy);
				else if (known !== undefined) concerned.add(known);
			}
			return concerned;
		},
	};
}

function isSame(a: readonly Topic[], b: readonly Topic[]): boolean {
	return a.length === b.length && a.every((topic, index) => topic === b[index]);
}
