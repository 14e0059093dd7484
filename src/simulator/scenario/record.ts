// What is seen while a scenario plays.
import type { PolicyKey } from '../../model/names.ts';
import type { Notice } from '../../model/notice.ts';
import type { KubernetesObject } from '../../model/ports/cluster.ts';
import { namespace } from './manifests.ts';
import { clusterOf, type Stage } from './stage.ts';

export interface PlayRecord {
	/** From here on changes count. */
	begin(): void;
	note(notice: Notice): void;
	/** Live weights of `cluster/split`, in its order. */
	weights(place: string): readonly unknown[];
	/** Patches that Spillway sent, whatever came of them. */
	patches(): number;
	/** Commits on the branch that carry Spillway's trailers. */
	commits(): number;
	/** Events by reason. */
	events(): Readonly<Record<string, number>>;
	/** Codes of the reasons last told for a policy. */
	said(policy: PolicyKey): readonly string[];
	problems(): ReadonlySet<string>;
	/** What must never be seen: a split whose weights are all 0 that was not so before. */
	violations(): readonly string[];
}

const splits = { group: 'split.smi-spec.io', plural: 'trafficsplits' };

export function createRecord(stage: Stage): PlayRecord {
	const reasons = new Map<PolicyKey, readonly string[]>();
	const problems = new Set<string>();
	const violations: string[] = [];

	return {
		begin() {
			for (const { name, store } of stage.clusters.values()) {
				store.watch(splits, undefined, ({ object }) => {
					if (weightsOf(object).every((weight) => Number(weight) === 0)) {
						violations.push(`${name}/${object.metadata.name} was written all-zero`);
					}
				});
			}
		},
		note(notice) {
			if (notice.kind === 'problem') problems.add(notice.problem.code);
			if (notice.kind === 'failed' && notice.problem !== undefined) problems.add(notice.problem.code);
			if (notice.kind === 'warned') problems.add(notice.problem.code);
			if (notice.kind === 'held')
				reasons.set(
					notice.policy,
					notice.reasons.map(({ code }) => code),
				);
			if (notice.kind === 'decided')
				reasons.set(
					notice.policy,
					notice.shift.reasons.map(({ code }) => code),
				);
		},
		weights(place) {
			const [cluster = '', name = ''] = place.split('/');
			return weightsOf(clusterOf(stage, cluster).store.get({ ...splits, namespace, name }));
		},
		patches: () => [...stage.clusters.values()].reduce((count, { patches }) => count + patches(), 0),
		commits: () => stage.repository.log().filter(({ message }) => /^Failover-Policy:/m.test(message)).length,
		events() {
			const counts: Record<string, number> = {};
			for (const { store } of stage.clusters.values()) {
				for (const event of store.list({ group: '', plural: 'events' }).items) {
					const reason = String(event['reason']);
					counts[reason] = (counts[reason] ?? 0) + 1;
				}
			}
			return counts;
		},
		said: (policy) => reasons.get(policy) ?? [],
		problems: () => problems,
		violations: () => violations,
	};
}

function weightsOf(split: KubernetesObject): readonly unknown[] {
	const { backends } = split['spec'] as { readonly backends: readonly { readonly weight: unknown }[] };
	return backends.map(({ weight }) => weight);
}
