import { readFile } from 'node:fs/promises';
import { collectionPath } from '../lab/collection-path.ts';
import { createObject } from '../lab/create-object.ts';
import { attachLab } from '../lab/held-lab.ts';
import { type OpenCluster, openCluster } from '../lab/open-cluster.ts';
import { apiParts, findParts, missingParts } from '../lab/parts.ts';
import { readConnection } from '../support/api-access.ts';
import type { NewObject } from '../support/kubernetes-objects.ts';
import type { Access } from './access.ts';
import { compileEngine } from './compiled-engine.ts';
import {
	clusterName,
	composeEndpoints,
	composeNamespaces,
	composeObjects,
	type Dataset,
	type Endpoints,
	sliceName,
} from './dataset.ts';
import { inFlight } from './in-flight.ts';
import { createObserver, type Observer } from './observer.ts';

/** A real API server for benches alone, and who looks at it. */
export interface BenchLab {
	readonly access: Access;
	readonly cluster: OpenCluster;
	readonly observer: Observer;
	/** What Spillway's process runs. */
	readonly engine: URL;
	stop(): Promise<void>;
}

/** So that a storm meets the server's speed and not its fairness. */
const flags = ['--max-requests-inflight=4000', '--max-mutating-requests-inflight=2000'];

/** Throws where the lab's parts are missing. */
export async function startBenchLab(): Promise<BenchLab> {
	const parts = await findParts(apiParts, process.env);
	const missing = missingParts(apiParts, parts);
	if (missing.length > 0) {
		throw new Error(`no ${missing.join(', no ')}: run npm run lab -- build, or set KUBEBUILDER_ASSETS`);
	}
	const engine = await compileEngine('engine-process');
	const lab = await attachLab({ names: [clusterName], parts, flags }).catch(async (error: unknown) => {
		await engine.remove();
		throw error;
	});
	const end = async (): Promise<void> => {
		await lab.stop();
		await engine.remove();
	};
	try {
		const [facts] = lab.clusters;
		if (facts === undefined) throw new Error('the lab has no cluster');
		const cluster = await openCluster(facts);
		const observer = createObserver(cluster);
		const over = new AbortController();
		const observing = observer.run(over.signal);
		const stop = async (): Promise<void> => {
			over.abort();
			await observing;
			await cluster.close();
			await end();
		};
		const access = await readAccess(facts.kubeconfig);
		return { access, cluster, observer, engine: engine.file, stop };
	} catch (error) {
		await end();
		throw error;
	}
}

/** How a lab's cluster is reached without a kubeconfig. */
export async function readAccess(kubeconfig: string): Promise<Access> {
	const { server, tls, authorize } = readConnection(await readFile(kubeconfig, 'utf8'));
	const { authorization = '' } = await authorize();
	return { server, ca: String(tls.ca), token: authorization.replace('Bearer ', '') };
}

/** Creates all of a dataset, 64 objects at a time. */
export async function seed({ cluster, observer }: BenchLab, dataset: Dataset): Promise<void> {
	const create = (object: NewObject): Promise<void> => createObject(cluster.access, object);
	await inFlight(1, composeNamespaces(dataset), create);
	await inFlight(64, composeObjects(dataset), create);
	await observer.untilAll(dataset, 'primary');
}

/** What kube-controller-manager writes when pods go or come. */
export async function fillSlice({ cluster }: BenchLab, endpoints: Endpoints): Promise<void> {
	const { namespace, service } = endpoints;
	const mediaType = 'application/merge-patch+json';
	const text = JSON.stringify(composeEndpoints(endpoints));
	await patchSlice(cluster, { namespace, service, mediaType, text });
}

/** Has one endpoint of many be ready or not, which changes no verdict. */
export async function touchSlice(
	{ cluster }: BenchLab,
	{ namespace, service, ready }: Omit<Endpoints, 'count'>,
): Promise<void> {
	const mediaType = 'application/json-patch+json';
	const text = JSON.stringify([{ op: 'replace', path: '/endpoints/0/conditions/ready', value: ready }]);
	await patchSlice(cluster, { namespace, service, mediaType, text });
}

interface SlicePatch {
	readonly namespace: string;
	readonly service: string;
	readonly mediaType: string;
	readonly text: string;
}

async function patchSlice({ access }: OpenCluster, patch: SlicePatch): Promise<void> {
	const { namespace, service, mediaType, text } = patch;
	const place = { apiVersion: 'discovery.k8s.io/v1', plural: 'endpointslices', namespace };
	const path = `${collectionPath(place)}/${sliceName(service)}`;
	const { code, body } = await access.call({ method: 'PATCH', path, mediaType, text });
	if (code !== 200) throw new Error(`the slice was refused: ${JSON.stringify(body)}`);
}
