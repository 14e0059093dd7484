import type { ClusterName } from '../model/names.ts';
import type { Origin } from '../model/policy.ts';
import type { KubernetesObject, Resource } from '../model/ports/cluster.ts';

export const services: Resource = { group: '', versions: ['v1'], plural: 'services' };

/** A Service of another cluster, mirrored by Linkerd's service mirror. */
export interface Mirror {
	/** `gateway`: local slices hold gateway addresses. `flat`: there are no local slices at all. */
	readonly kind: 'gateway' | 'flat';
	readonly origin: Origin;
}

/** A Service, pruned to what tells how its health can be seen. */
export interface ServiceFacts {
	/** False where Kubernetes makes no slices: ExternalName, or no selector. */
	readonly selects: boolean;
	readonly external: boolean;
	/** `spec.publishNotReadyAddresses`: its endpoints are called ready whether they are or not. */
	readonly publishesNotReady?: boolean;
	readonly mirror?: Mirror;
}

const clusterLabel = 'mirror.linkerd.io/cluster-name';
const remoteNameAnnotation = 'mirror.linkerd.io/remote-svc-fq-name';
const flatClusterLabel = 'multicluster.linkerd.io/remote-discovery';
const flatServiceLabel = 'multicluster.linkerd.io/remote-service';

/** Prunes a Service. */
export function readService(object: KubernetesObject): ServiceFacts {
	const spec = (object['spec'] ?? {}) as {
		readonly selector?: object | null;
		readonly type?: string;
		readonly publishNotReadyAddresses?: boolean;
	};
	const mirror = readMirror(object);
	return {
		selects: Object.keys(spec.selector ?? {}).length > 0,
		external: spec.type === 'ExternalName',
		...(spec.publishNotReadyAddresses === true ? { publishesNotReady: true } : {}),
		...(mirror === undefined ? {} : { mirror }),
	};
}

function readMirror({ metadata }: KubernetesObject): Mirror | undefined {
	const { labels = {}, annotations = {}, namespace = '' } = metadata;
	const flatCluster = labels[flatClusterLabel];
	if (flatCluster !== undefined) {
		const service = labels[flatServiceLabel] ?? '';
		return { kind: 'flat', origin: { cluster: flatCluster, namespace, service } };
	}
	const cluster: ClusterName | undefined = labels[clusterLabel];
	const [service, remoteNamespace = namespace] = (annotations[remoteNameAnnotation] ?? '').split('.');
	if (cluster === undefined || service === undefined || service === '') return undefined;
	return { kind: 'gateway', origin: { cluster, namespace: remoteNamespace, service } };
}
