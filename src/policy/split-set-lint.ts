// What only several TrafficSplits together get wrong.
import type { ClusterName, Namespace, ServiceName } from '../model/names.ts';
import { type Problem, problem, showText, type Where } from '../model/problem.ts';
import type { SplitFacts } from './split-facts.ts';
import type { Path } from './yaml-place.ts';

export interface PlacedSplit {
	readonly facts: SplitFacts;
	/** Where a field stands: in a manifest its line, or that of the deepest part that is written. */
	readonly place: (path: Path) => Where;
}

/** Splits of one cluster that divide the traffic of one Service: each is told. */
export function findSharedApexes(splits: readonly PlacedSplit[]): readonly Problem[] {
	const groups = Map.groupBy(splits, ({ facts }) => `${facts.namespace}/${facts.apex}`);
	return [...groups.values()].flatMap((group) =>
		group.length === 1 ? [] : group.flatMap((one) => tellShared(one, group)),
	);
}

function tellShared({ facts, place }: PlacedSplit, group: readonly PlacedSplit[]): readonly Problem[] {
	const other = group.find((one) => one.facts.name !== facts.name);
	if (facts.apex === '' || other === undefined) return [];
	const message = `Service ${facts.apex} is the apex of TrafficSplit ${other.facts.name} too`;
	return [problem('W_SHARED_APEX', { where: place(['spec', 'service']), message: showText(message, 300) })];
}

export interface ClusterSplits {
	readonly cluster: ClusterName;
	readonly splits: readonly PlacedSplit[];
	/**
	 * Whose mirror a Service is, where that is known from its labels; else a name `web-west` is taken to be that
	 * of west's `web`, as Linkerd names mirrors.
	 */
	readonly mirrorOf?: (namespace: Namespace, service: ServiceName) => MirroredService | undefined;
}

export interface MirroredService {
	readonly cluster: ClusterName;
	readonly service: ServiceName;
}

/**
 * Pairs of clusters whose splits of one apex send to each other's mirror of it. Being mirrored, both are exported,
 * and a gateway applies the split to what comes in: once both sides fail over, requests go round
 * (linkerd/linkerd2#6569).
 */
export function findMutualFailovers(clusters: readonly ClusterSplits[]): readonly Problem[] {
	const sides = clusters.flatMap((cluster) =>
		cluster.splits.flatMap((split) => sidesOf(cluster, split, clusters)),
	);
	const known = new Map(sides.map((side) => [`${side.from} ${side.to} ${side.apex}`, side]));
	return sides.flatMap(({ from, to, apex, where }) => {
		if (!known.has(`${to} ${from} ${apex}`)) return [];
		const message = `${from} and ${to} fail over to each other for ${apex}, which loops when both have failed`;
		return [problem('W_MUTUAL_FAILOVER', { where, message: showText(message, 300) })];
	});
}

/** Traffic for an apex that a split may send to another cluster's Service of the same name. */
interface Side {
	readonly from: ClusterName;
	readonly to: ClusterName;
	/** `namespace/service`. */
	readonly apex: string;
	readonly where: Where;
}

function sidesOf(
	{ cluster, mirrorOf }: ClusterSplits,
	{ facts: { namespace, apex, backends }, place }: PlacedSplit,
	clusters: readonly ClusterSplits[],
): readonly Side[] {
	const others = clusters.filter((other) => other.cluster !== cluster);
	return backends.flatMap(({ service = '' }, index) => {
		const mirrored = mirrorOf?.(namespace, service) ?? guessMirror(service, apex, others);
		if (mirrored?.service !== apex) return [];
		const where = place(['spec', 'backends', index, 'service']);
		return [{ from: cluster, to: mirrored.cluster, apex: `${namespace}/${apex}`, where }];
	});
}

function guessMirror(
	name: ServiceName,
	service: ServiceName,
	others: readonly ClusterSplits[],
): MirroredService | undefined {
	const of = others.find(({ cluster }) => name === `${service}-${cluster}`);
	return of && { cluster: of.cluster, service };
}
