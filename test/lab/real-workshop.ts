import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { parseAllDocuments } from 'yaml';
import { createLifetime } from '../../src/cli/demo/lifetime.ts';
import { type SpillwayProcess, startSpillway } from '../../src/cli/demo/spillway-process.ts';
import { deliverDirectly, readWorkshop, workshop } from '../../src/cli/demo/workshop.ts';
import { type ApiAccess, openApiAccess } from '../support/api-access.ts';
import { createBareRepository } from '../support/git-remote.ts';
import { keepKubeconfig } from '../support/kept-kubeconfig.ts';
import { anEndpointSlice, aService, type NewObject } from '../support/kubernetes-objects.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import type { LabCluster } from './cluster.ts';
import { createObject } from './create-object.ts';
import { mergeKubeconfigs } from './merged-kubeconfig.ts';

type Place = Pick<LabCluster, 'kubeconfig'>;

/** The workshop on two real clusters, whose endpoints the test writes: no controller runs there. */
export interface RealWorkshop {
	readonly spillway: SpillwayProcess;
	/** Has emoji-svc in east so many ready endpoints. */
	setEndpoints(count: number): Promise<void>;
	/** Resolves once the live split in east carries these weights; rejects after 20 s. */
	untilWeights(...weights: readonly number[]): Promise<void>;
	/** The same for an Event with this reason in east. */
	untilEvent(reason: string): Promise<void>;
}

const mirror = {
	name: 'emoji-svc-west',
	labels: { 'mirror.linkerd.io/mirrored-service': 'true', 'mirror.linkerd.io/cluster-name': 'west' },
	annotations: { 'mirror.linkerd.io/remote-svc-fq-name': 'emoji-svc.emojivoto.svc.cluster.local' },
};

/** Applies the workshop's own manifests, and starts Spillway in Direct mode on a bare repository. */
export async function startRealWorkshop(
	t: ExecutionContext,
	{ east, west }: { readonly east: Place; readonly west: Place },
): Promise<RealWorkshop> {
	const lifetime = createLifetime(new AbortController().signal);
	t.teardown(lifetime.end);
	const folder = await makeFolder({ teardown: lifetime.defer });
	const open = async ({ kubeconfig }: Place) => {
		const access = openApiAccess(await readFile(kubeconfig, 'utf8'));
		lifetime.defer(access.close);
		return access;
	};
	const [eastern, western] = [await open(east), await open(west)];
	const files = deliverDirectly(await readWorkshop());
	const far = readManifests(files, 'clusters/west/');
	const gatewaySlice = anEndpointSlice({ metadata: { name: 'emoji-svc-west-gw' }, service: mirror.name });
	const near = [
		...readManifests(files, 'clusters/east/'),
		aService({ metadata: { namespace: workshop.namespace, ...mirror }, spec: { selector: undefined } }),
		gatewaySlice,
	];
	for (const object of [...near, anEndpointSlice()]) await createObject(eastern, object);
	for (const object of [...far, anEndpointSlice()]) await createObject(western, object);

	const kubeconfig = join(folder, 'kubeconfig');
	await keepKubeconfig(kubeconfig, await mergeKubeconfigs([east, west]));
	const { url: repo } = await createBareRepository(t, Object.fromEntries(files));
	const log: string[] = [];
	const onText = (line: string) => log.push(line);
	t.teardown(() => {
		if (!t.passed) t.log(log.join('\n'));
	});
	const options = { repo, kubeconfig, folder, environment: process.env, onText };
	const spillway = await startSpillway(options, lifetime);
	return {
		spillway,
		setEndpoints: (count) => writeEndpoints(eastern, count),
		untilWeights: (...weights) =>
			watchFor(eastern, 'apis/split.smi-spec.io/v1alpha2 trafficsplits', hasWeights(weights)),
		untilEvent: (reason) =>
			watchFor<{ readonly reason: string }>(eastern, 'api/v1 events', (event) => event.reason === reason),
	};
}

function readManifests(files: ReadonlyMap<string, string>, folder: string): readonly NewObject[] {
	return [...files]
		.filter(([path]) => path.startsWith(folder))
		.sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1))
		.flatMap(([, text]) => parseAllDocuments(text).map((document) => document.toJS() as NewObject));
}

async function writeEndpoints(access: ApiAccess, count: number): Promise<void> {
	const { metadata, endpoints, ports } = anEndpointSlice({ ready: Array(count).fill(true) });
	const path = `/apis/discovery.k8s.io/v1/namespaces/${metadata.namespace}/endpointslices/${metadata.name}`;
	const text = JSON.stringify({ endpoints, ports });
	const { code } = await access.call({
		method: 'PATCH',
		path,
		mediaType: 'application/merge-patch+json',
		text,
	});
	if (code !== 200) throw new Error(`the slice was refused: HTTP ${code}`);
}

/** Watches a collection of emojivoto, from what there is, until an object of it matches. */
async function watchFor<T>(
	access: ApiAccess,
	collection: string,
	matches: (object: T) => boolean,
): Promise<void> {
	const [version, plural] = collection.split(' ');
	const lines = await access.watch(`/${version}/namespaces/${workshop.namespace}/${plural}`);
	for (;;) {
		const { value, done } = await lines.next();
		if (done) throw new Error(`the watch of ${plural} ended`);
		if (matches(JSON.parse(value).object)) return;
	}
}

interface Split {
	readonly spec: { readonly backends: readonly { readonly weight: number }[] };
}

function hasWeights(wanted: readonly number[]): (split: Split) => boolean {
	return ({ spec }) => spec.backends.map(({ weight }) => weight).join() === wanted.join();
}
