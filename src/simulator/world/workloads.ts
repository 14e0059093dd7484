import type { KubernetesObject } from '../../model/ports/cluster.ts';
import type { ObjectStore } from '../kubernetes/object-store.ts';

/** Labels, annotations or a selector. */
export type StringMap = Readonly<Record<string, string>>;

export interface ServicePort {
	readonly name?: string;
	readonly port: number;
	readonly targetPort?: number | string;
	readonly protocol?: string;
}

/** A Service, as far as this world looks at it. */
export interface Service extends KubernetesObject {
	readonly spec?: { readonly selector?: StringMap; readonly ports?: readonly ServicePort[] };
}

/** A Deployment, as far as this world looks at it. */
export interface Deployment extends KubernetesObject {
	readonly metadata: KubernetesObject['metadata'] & { readonly generation?: number };
	readonly spec?: {
		readonly replicas?: number;
		readonly template?: { readonly metadata?: { readonly labels?: StringMap } };
	};
}

export interface TypeName {
	readonly group: string;
	readonly plural: string;
}

export const serviceType: TypeName = { group: '', plural: 'services' };
export const deploymentType: TypeName = { group: 'apps', plural: 'deployments' };

/** The Services with these labels, of every namespace. */
export function listServices(store: ObjectStore, labels: StringMap = {}): readonly Service[] {
	return store.list({ ...serviceType, labelSelector: formatSelector(labels) }).items as readonly Service[];
}

/** The Deployments of every namespace. */
export function listDeployments(store: ObjectStore): readonly Deployment[] {
	return store.list(deploymentType).items as readonly Deployment[];
}

/** Whether a Service sends its traffic to this Deployment's pods. */
export function selectsPods(service: Service, deployment: Deployment): boolean {
	const labels = deployment.spec?.template?.metadata?.labels ?? {};
	return (
		service.metadata.namespace === deployment.metadata.namespace &&
		Object.entries(service.spec?.selector ?? {}).every(([name, value]) => labels[name] === value)
	);
}

/** `a=1,b=2`, as list and watch take it. */
export function formatSelector(labels: StringMap): string {
	return Object.entries(labels)
		.map(([name, value]) => `${name}=${value}`)
		.join(',');
}
