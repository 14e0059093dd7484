// What Argo CD must find in its namespace to start.
import { randomUUID } from 'node:crypto';
import type { ApiAccess } from '../../support/api-access.ts';
import { aNamespace, type NewObject } from '../../support/kubernetes-objects.ts';
import { applyObject } from '../apply-object.ts';

/** Where Argo CD's settings and Applications are. */
export const argoCdNamespace = 'argocd';

/** Namespace, ConfigMaps, Secret, and the project `default`, which allows everything. */
export async function declareSettings(access: ApiAccess): Promise<void> {
	const apply = (object: NewObject, plural: string) =>
		applyObject(access, object, { manager: 'lab', plural });
	await apply(aNamespace(argoCdNamespace), 'namespaces');
	for (const name of ['argocd-cm', 'argocd-cmd-params-cm', 'argocd-rbac-cm']) {
		await apply(aSetting('ConfigMap', name, {}), 'configmaps');
	}
	await apply(
		aSetting('Secret', 'argocd-secret', { stringData: { 'server.secretkey': randomUUID() } }),
		'secrets',
	);
	await apply(aProject(), 'appprojects');
}

/** Argo CD looks for the label. */
function aSetting(kind: string, name: string, content: object): NewObject {
	const labels = { 'app.kubernetes.io/part-of': 'argocd' };
	return {
		apiVersion: 'v1',
		kind,
		metadata: { name, namespace: argoCdNamespace, labels },
		...content,
	};
}

function aProject(): NewObject {
	return {
		apiVersion: 'argoproj.io/v1alpha1',
		kind: 'AppProject',
		metadata: { name: 'default', namespace: argoCdNamespace },
		spec: {
			sourceRepos: ['*'],
			destinations: [{ namespace: '*', server: '*' }],
			clusterResourceWhitelist: [{ group: '*', kind: '*' }],
		},
	};
}
