import type { ClusterName } from '../../model/names.ts';
import type { EmbeddedApi } from '../../simulator/kubernetes/embedded-api.ts';
import type { Gateway } from '../../simulator/world/gateway.ts';

/** A cluster within this process that serves the Kubernetes API over HTTPS on loopback. */
export interface EmbeddedCluster {
	readonly name: ClusterName;
	readonly api: EmbeddedApi;
	readonly gateway: Gateway;
}
