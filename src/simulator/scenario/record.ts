// What is seen while a scenario plays.
import { heldOffAnnotation, reconcileAnnotation } from '../../model/hold-off.ts';
import type { KubernetesObject } from '../../model/ports/cluster.ts';
import { findObject } from '../world/apply.ts';
import { namespace } from './manifests.ts';
import { clusterOf, type Stage } from './stage.ts';
import { createTold, type Told } from './told.ts';

export interface PlayRecord extends Told {
	/** From here on changes count. */
	begin(): void;
	/** Live weights of the split, or else the route, `cluster/name`, in its order. */
	weights(place: string): readonly unknown[];
	/** Patches and applies that Spillway sent, whatever came of them. */
	patches(): number;
	/** Commits on the branch that carry Spillway's trailers. */
	commits(): number;
	/** Events by reason. */
	events(): Readonly<Record<string, number>>;
	/** Whether our own marker holds the syncer off the split `cluster/name`. */
	isHeldOff(place: string): boolean;
	/** What must never be seen: a split or a route written with all its weights 0. */
	violations(): readonly string[];
}

const splits = { group: 'split.smi-spec.io', plural: 'trafficsplits' };
const routes = { group: 'gateway.networking.k8s.io', plural: 'httproutes' };

export function createRecord(stage: Stage): PlayRecord {
	const violations: string[] = [];

	return {
		...createTold(),
		begin() {
			for (const { name, store } of stage.clusters.values()) {
				const look = ({ object }: { readonly object: KubernetesObject }): void => {
					if (weightsOf(object).every((weight) => Number(weight) === 0)) {
						violations.push(`${name}/${object.metadata.name} was written all-zero`);
					}
				};
				for (const type of [splits, routes]) store.watch(type, undefined, look);
			}
		},
		weights(place) {
			const [cluster = '', name = ''] = place.split('/');
			const { store } = clusterOf(stage, cluster);
			const found = [splits, routes].map((type) => findObject(store, { ...type, namespace, name }));
			return weightsOf(found.find((object) => object !== undefined));
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
		isHeldOff(place) {
			const [cluster = '', name = ''] = place.split('/');
			const { store } = clusterOf(stage, cluster);
			const { annotations = {} } = findObject(store, { ...splits, namespace, name })?.metadata ?? {};
			return annotations[reconcileAnnotation] === 'disabled' && heldOffAnnotation in annotations;
		},
		violations: () => violations,
	};
}

interface Weighted {
	readonly weight: unknown;
}

interface TargetSpec {
	readonly backends?: readonly Weighted[];
	readonly rules?: readonly { readonly backendRefs: readonly Weighted[] }[];
}

/** Of a route its first rule's; none where there is no object. */
function weightsOf(target: KubernetesObject | undefined): readonly unknown[] {
	const { backends, rules } = (target?.['spec'] ?? {}) as TargetSpec;
	return (backends ?? rules?.[0]?.backendRefs ?? []).map(({ weight }) => weight);
}
