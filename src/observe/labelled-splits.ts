// The labelled TrafficSplits that are known of one cluster, and the policies made of them.
import type { ClusterName } from '../model/names.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import type { CollectionChange } from '../model/ports/cluster.ts';
import type { Problem } from '../model/problem.ts';
import type { SplitFacts } from '../policy/split-facts.ts';
import { findSharedApexes } from '../policy/split-set-lint.ts';
import { describeLabelled, type LabelledPolicy, labelledPolicy } from './labelled-policies.ts';

/** What all selections together come to. */
export interface DerivedPolicies {
	readonly policies: readonly FailoverPolicy[];
	readonly problems: readonly Problem[];
}

export interface LabelledSplits {
	/** Takes in what was seen of one selection; true where that changes a policy or a problem. */
	apply(selection: number, change: CollectionChange<SplitFacts>): boolean;
	/** `undefined` until every selection was listed. A policy that has not changed is the same object as before. */
	derived(): DerivedPolicies | undefined;
}

interface DerivedSplit extends LabelledPolicy {
	readonly facts: SplitFacts;
	/** All that the policy and the problems are made of; weights as long as they are right are not. */
	readonly fingerprint: string;
}

type Selection = Map<string, DerivedSplit>;

export function createLabelledSplits(cluster: ClusterName, selections: number): LabelledSplits {
	const known: (Selection | undefined)[] = Array.from({ length: selections }, () => undefined);
	return {
		apply(index, change) {
			const before = known[index];
			switch (change.kind) {
				case 'reset': {
					const after = deriveAll(cluster, change.items, before);
					known[index] = after;
					return before === undefined || !sameEntries(before, after);
				}
				case 'applied': {
					const key = keyOf(change.item);
					const entry = derive(cluster, change.item.value, before?.get(key));
					const changed = entry !== before?.get(key);
					before?.set(key, entry);
					return changed;
				}
				case 'deleted':
					return before?.delete(keyOf(change)) ?? false;
				case 'alive':
				case 'problem':
					return false;
			}
		},
		derived() {
			const listed = known.filter((selection) => selection !== undefined);
			if (listed.length < selections) return undefined;
			return collect(cluster, new Map(listed.flatMap((selection) => [...selection])));
		},
	};
}

function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
	return `${namespace}/${name}`;
}

type Items = Extract<CollectionChange<SplitFacts>, { kind: 'reset' }>['items'];

function deriveAll(cluster: ClusterName, items: Items, before: Selection | undefined): Selection {
	return new Map(items.map((item) => [keyOf(item), derive(cluster, item.value, before?.get(keyOf(item)))]));
}

function sameEntries(before: Selection, after: Selection): boolean {
	return before.size === after.size && [...after].every(([key, entry]) => before.get(key) === entry);
}

function derive(cluster: ClusterName, facts: SplitFacts, before: DerivedSplit | undefined): DerivedSplit {
	const outcome = labelledPolicy(facts, cluster);
	const names = facts.backends.map(({ service }) => service);
	const fingerprint = JSON.stringify([facts.primary, facts.apex, names, outcome.problems]);
	return before?.fingerprint === fingerprint ? before : { ...outcome, facts, fingerprint };
}

function collect(cluster: ClusterName, splits: Selection): DerivedPolicies {
	const derived = [...splits.values()];
	const placed = derived.map(({ facts }) => {
		const name = describeLabelled(cluster, facts.namespace, facts.name);
		return { facts, place: () => ({ kind: 'named', name }) as const };
	});
	return {
		policies: derived.flatMap(({ policy }) => policy ?? []),
		problems: [...derived.flatMap(({ problems }) => problems), ...findSharedApexes(placed)],
	};
}
