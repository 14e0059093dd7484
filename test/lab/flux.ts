import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import type { CommitId } from '../../src/model/ports/repository.ts';
import { type ApiAccess, openApiAccess } from '../support/api-access.ts';
import type { LabCluster } from './cluster.ts';
import { collectionPath } from './collection-path.ts';
import {
	type FluxStatus,
	fluxNamespace,
	fluxTypes,
	type KustomizationOptions,
	kustomizationOf,
	readFluxStatus,
} from './flux-objects.ts';
import { declareFlux, type FluxObject, requestRound, setReachable, setSuspended } from './flux-requests.ts';
import { type ObjectHistory, recordHistory } from './object-history.ts';

/** What Flux is to do in a cluster that was started with `flux: true`. */
export interface FluxOptions {
	readonly cluster: Pick<LabCluster, 'name' | 'kubeconfig'>;
	/** The repository's URL: http, https or file. */
	readonly url: string;
	/** Default: `main`. */
	readonly branch?: string;
	/** Of the objects; made where it is missing. Default: `flux-system`. */
	readonly namespace?: string;
	/** From one look at the branch to the next. Default: `1h`, so that nothing but nudges counts. */
	readonly interval?: string;
	/** Default: one named as the cluster, for `./clusters/<name>`. */
	readonly kustomizations?: readonly KustomizationOptions[];
}

/**
 * A GitRepository `config` and its Kustomizations, which Flux's own kustomize-controller applies. What they say is told by
 * waits alone, each of which resolves to the status that ends it: a look in between finds none yet, or the next round's.
 */
export interface Flux {
	readonly namespace: string;
	readonly gitRepository: 'config';
	/** Their names; where a name may be left out, the first one is meant. */
	readonly kustomizations: readonly string[];
	/** Has the source look at the branch now. Resolves once it has. */
	nudgeSource(): Promise<FluxStatus>;
	/** Has a Kustomization apply its source's artifact now. Resolves once it has, or has failed to. */
	nudge(kustomization?: string): Promise<FluxStatus>;
	/** Resolves once the API server has it. */
	suspend(suspended: boolean, kustomization?: string): Promise<void>;
	suspendSource(suspended: boolean): Promise<void>;
	/** Keeps the source from its Git server. Resolves once it has noticed. */
	setGitDown(down: boolean): Promise<FluxStatus>;
	/** Resolves at the first status, that of now included, of which it holds. */
	untilSource(holds: (status: FluxStatus) => boolean): Promise<FluxStatus>;
	until(holds: (status: FluxStatus) => boolean, kustomization?: string): Promise<FluxStatus>;
	/** Resolves once the Kustomization has applied all that a commit declares, and is ready. */
	untilApplied(commit: CommitId, kustomization?: string): Promise<FluxStatus>;
}

/** A test, or whatever else comes to an end. */
type Owner = Pick<ExecutionContext, 'teardown'>;

/** Creates the objects, which go with the test; what they have applied stays. */
export async function startFlux(t: Owner, options: FluxOptions): Promise<Flux> {
	const { cluster, url, branch = 'main', namespace = fluxNamespace, interval = '1h' } = options;
	const { kustomizations = [kustomizationOf(cluster.name)] } = options;
	const access = openApiAccess(await readFile(cluster.kubeconfig, 'utf8'));
	t.teardown(access.close);
	const source = { ...fluxTypes.gitrepositories, namespace, name: 'config' };
	const appliers = kustomizations.map(({ name }) => ({ ...fluxTypes.kustomizations, namespace, name }));
	t.teardown(async () => {
		for (const object of [...appliers, source]) await remove(access, object);
	});
	await declareFlux(access, { name: source.name, namespace, url, branch, interval }, kustomizations);
	const follow = async (object: FluxObject): Promise<Followed> => {
		const history = await recordHistory(cluster, object);
		t.teardown(history.stop);
		return { access, object, history };
	};
	return describeFlux(await follow(source), await Promise.all(appliers.map(follow)));
}

/** An object of Flux's, and all that happens to its kind in its namespace. */
interface Followed {
	readonly access: ApiAccess;
	readonly object: FluxObject;
	readonly history: ObjectHistory;
}

function describeFlux(source: Followed, appliers: readonly Followed[]): Flux {
	const names = appliers.map(({ object }) => object.name);
	const find = (name: string | undefined): Followed => {
		const found = appliers.find(({ object }) => name === undefined || object.name === name);
		if (found === undefined) throw new RangeError(`no Kustomization ${name}`);
		return found;
	};
	const handle = (followed: Followed, request: string) =>
		untilStatus(followed, ({ handled }) => handled === request);

	return {
		namespace: source.object.namespace,
		gitRepository: 'config',
		kustomizations: names,
		nudgeSource: async () => handle(source, await requestRound(source.access, source.object)),
		async nudge(name) {
			const followed = find(name);
			return await handle(followed, await requestRound(followed.access, followed.object));
		},
		suspend: (suspended, name) => setSuspended(source.access, find(name).object, suspended),
		suspendSource: (suspended) => setSuspended(source.access, source.object, suspended),
		setGitDown: async (down) => handle(source, await setReachable(source.access, source.object, !down)),
		untilSource: (holds) => untilStatus(source, holds),
		until: (holds, name) => untilStatus(find(name), holds),
		untilApplied: (commit, name) =>
			untilStatus(find(name), (status) => status.commit === commit && status.ready === 'True'),
	};
}

function statusOf({ history, object }: Followed): FluxStatus {
	const change = history.of(object.name).at(-1);
	return change === undefined ? {} : readFluxStatus(change.object);
}

async function untilStatus(followed: Followed, holds: (status: FluxStatus) => boolean): Promise<FluxStatus> {
	let status: FluxStatus = {};
	await followed.history.until(() => {
		status = statusOf(followed);
		return holds(status);
	});
	return status;
}

/** Resolves once it is gone: what has its name next would otherwise go with it. */
async function remove(access: ApiAccess, object: FluxObject): Promise<void> {
	const path = `${collectionPath(object)}/${object.name}`;
	await access.call({ method: 'DELETE', path });
	const deadline = Date.now() + 10_000;
	while ((await access.call({ method: 'GET', path })).code !== 404) {
		if (Date.now() > deadline) throw new Error(`${object.plural} ${object.name} does not go`);
		await setTimeout(20);
	}
}
