import { readFile } from 'node:fs/promises';
import type { ExecutionContext } from 'ava';
import type { CommitId } from '../../../src/model/ports/repository.ts';
import { openApiAccess } from '../../support/api-access.ts';
import { type BareRepository, createBareRepository } from '../../support/git-remote.ts';
import type { LabCluster } from '../cluster.ts';
import { collectionPath } from '../collection-path.ts';
import { type ObjectHistory, recordHistory } from '../object-history.ts';
import type { FindCluster } from '../on-lab.ts';
import type { ApplicationOptions } from './application.ts';
import { type ArgoCd, startArgoCd } from './argo-cd.ts';

/** A repository with a TrafficSplit, which Argo CD applies to a namespace of its own. */
export interface ArgoCdStage {
	readonly cluster: Pick<LabCluster, 'name' | 'kubeconfig'>;
	readonly repository: BareRepository;
	/** Of the Application, and of the namespace. */
	readonly name: string;
	readonly argoCd: ArgoCd;
	/** The commit that is applied, with the weights 1/0. */
	readonly first: CommitId;
	/** Commits weights, and other files with them. Argo CD is not told. */
	push(weights: Weights, files?: Readonly<Record<string, string>>): Promise<CommitId>;
	/** Changes the live weights, as people do. */
	edit(weights: Weights): Promise<void>;
	/** The live weights. */
	read(): Weights;
	/** The live backends. */
	backends(): readonly string[];
	/** All live weights, one after another. */
	seen(): readonly Weights[];
	/** Resolves once these weights are live. */
	untilLive(weights: Weights): Promise<void>;
	/**
	 * Has another Application apply another folder of the tip. Argo CD hears of Applications in order: once this one
	 * is synced, it knows whatever was written to others before.
	 */
	addBystander(): Promise<ArgoCd>;
}

/** Of `web` and `web-west`: `1/0`. */
export type Weights = `${string}/${string}`;

const splits = { apiVersion: 'split.smi-spec.io/v1alpha2', plural: 'trafficsplits' };
const file = 'clusters/east/web.yaml';

/** The folder of the Application. */
export const folder = 'clusters/east';

/** The manifests of a namespace. */
function writeSplit(namespace: string, weights: Weights): string {
	const [web, west] = weights.split('/');
	return `apiVersion: v1
kind: Namespace
metadata: {name: ${namespace}}
---
apiVersion: split.smi-spec.io/v1alpha2
kind: TrafficSplit
metadata: {name: web, namespace: ${namespace}}
spec:
  service: web
  backends:
    - {service: web, weight: ${web}}
    - {service: web-west, weight: ${west}}
`;
}

/** The first commit is applied. */
export async function setStage(
	t: ExecutionContext,
	find: FindCluster,
	options: Partial<ApplicationOptions> & { readonly name: string },
): Promise<ArgoCdStage> {
	t.timeout(90_000);
	const { name } = options;
	const cluster = find('east');
	const repository = await createBareRepository(t, {
		[file]: writeSplit(name, '1/0'),
		'clusters/other/namespace.yaml': `{apiVersion: v1, kind: Namespace, metadata: {name: ${name}-other}}`,
	});
	const readTip = async () => (await repository.git('rev-parse', 'main')).trim();
	const first = await readTip();
	const place = { ...splits, namespace: name };
	const live = await recordHistory(cluster, place);
	t.teardown(live.stop);
	const source = { url: repository.url, path: folder };
	const argoCd = await startArgoCd(t, cluster, { ...source, automated: {}, ...options });
	await argoCd.untilSynced(first);
	const access = openApiAccess(await readFile(cluster.kubeconfig, 'utf8'));
	t.teardown(access.close);
	const read = () => listWeights(live).at(-1) ?? 'none/none';
	const untilLive = (weights: Weights) => live.until(() => read() === weights);
	return {
		cluster,
		repository,
		name,
		argoCd,
		first,
		push: (weights, files = {}) =>
			repository.commit({ [file]: writeSplit(name, weights), ...files }, weights),
		async edit(weights) {
			const operations = weights.split('/').map((weight, index) => ({
				op: 'replace',
				path: `/spec/backends/${index}/weight`,
				value: Number(weight),
			}));
			const path = `${collectionPath(place)}/web`;
			const mediaType = 'application/json-patch+json';
			const { length } = listWeights(live);
			await access.call({ method: 'PATCH', path, mediaType, text: JSON.stringify(operations) });
			// It may be undone already.
			await live.until(() => listWeights(live).slice(length).includes(weights));
		},
		read,
		backends: () =>
			listBackends(live)
				.at(-1)
				?.map(({ service }) => service) ?? [],
		seen: () => listWeights(live).filter((weights, index, all) => weights !== all[index - 1]),
		untilLive,
		async addBystander() {
			const other = { ...source, name: `${name}-other`, path: 'clusters/other', automated: {} };
			const bystander = await startArgoCd(t, cluster, other);
			await bystander.untilSynced(await readTip());
			return bystander;
		},
	};
}

interface Backend {
	readonly service: string;
	readonly weight: number;
}

function listBackends(live: ObjectHistory): readonly (readonly Backend[])[] {
	return live.of('web').map(({ object }) => {
		const { backends } = object['spec'] as { readonly backends: readonly Backend[] };
		return backends;
	});
}

function listWeights(live: ObjectHistory): readonly Weights[] {
	return listBackends(live).map(([web, west]): Weights => `${web?.weight}/${west?.weight}`);
}
