// What is wrong in the TrafficSplits among manifests.
import { dirname } from 'node:path';
import type { ClusterName } from '../model/names.ts';
import type { Problem } from '../model/problem.ts';
import { lintSplit, type ServiceType } from '../policy/split-lint.ts';
import { type ManifestService, readSplitManifests, type SplitManifests } from '../policy/split-manifests.ts';
import { findMutualFailovers, findSharedApexes, type PlacedSplit } from '../policy/split-set-lint.ts';

export interface ManifestFile {
	readonly path: string;
	readonly bytes: Buffer;
}

/**
 * Everything to tell of the splits in these files; what keeps a file from being read is not told again here.
 * `clusterOf` knows whose manifests a file holds; files it does not know are judged folder by folder.
 */
export function lintManifests(
	files: readonly ManifestFile[],
	clusterOf: (path: string) => ClusterName | undefined,
): readonly Problem[] {
	const mentions = ({ bytes }: ManifestFile, kind: string): boolean => bytes.includes(kind);
	if (!files.some((file) => mentions(file, 'TrafficSplit'))) return [];
	const read = files
		.filter((file) => mentions(file, 'TrafficSplit') || mentions(file, 'Service'))
		.map(({ path, bytes }) => ({ path, ...readSplitManifests(path, bytes) }));
	const places = [...Map.groupBy(read, ({ path }) => clusterOf(path) ?? `${dirname(path)}/`)];
	const alone = places.flatMap(([, manifests]) => lintTogether(manifests));
	const clusters = new Set(read.flatMap(({ path }) => clusterOf(path) ?? []));
	const sides = places
		.filter(([place]) => clusters.has(place))
		.map(([cluster, manifests]) => ({ cluster, splits: manifests.flatMap(({ splits }) => splits) }));
	const misplaced = read.flatMap(({ problems }) => problems.filter(({ code }) => code === 'E_INDENTATION'));
	return [...misplaced, ...alone, ...findMutualFailovers(sides)];
}

/** Lints the splits of one cluster beside its Services. */
export function lintTogether(manifests: readonly Omit<SplitManifests, 'problems'>[]): readonly Problem[] {
	const splits: readonly PlacedSplit[] = manifests.flatMap((each) => each.splits);
	const services = indexServices(manifests.flatMap((each) => each.services));
	return [
		...splits.flatMap(({ facts, place }) =>
			lintSplit(facts, { place, services: services.get(facts.namespace) ?? new Map() }),
		),
		...findSharedApexes(splits),
	];
}

type ServicesByNamespace = ReadonlyMap<string, ReadonlyMap<string, ServiceType>>;

function indexServices(services: readonly ManifestService[]): ServicesByNamespace {
	const groups = [...Map.groupBy(services, ({ namespace }) => namespace)];
	return new Map(
		groups.map(([namespace, group]) => [namespace, new Map(group.map(({ name, type }) => [name, type]))]),
	);
}
