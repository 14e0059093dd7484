import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { ApiAccess } from '../support/api-access.ts';
import { keepKubeconfig } from '../support/kept-kubeconfig.ts';
import type { NewObject } from '../support/kubernetes-objects.ts';
import { applyObject } from './apply-object.ts';
import type { LabCluster } from './cluster.ts';

/** As a Role writes it. */
export interface PolicyRule {
	readonly apiGroups: readonly string[];
	readonly resources: readonly string[];
	readonly verbs: readonly string[];
}

/** Rights in one namespace, or everywhere. */
export interface Grant {
	readonly namespace?: string;
	readonly rules: readonly PolicyRule[];
}

export interface AccountOptions {
	/** Of the account `spillway`; must be there. */
	readonly namespace: string;
	readonly grants: readonly Grant[];
	/** For its kubeconfig. */
	readonly folder: string;
}

const rbac = 'rbac.authorization.k8s.io/v1';
const name = 'spillway';

/** Makes an account with these rights and no others; returns its kubeconfig, a file of `folder`. */
export async function createAccount(
	access: ApiAccess,
	{ kubeconfig }: Pick<LabCluster, 'kubeconfig'>,
	{ namespace, grants, folder }: AccountOptions,
): Promise<string> {
	const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } };
	await applyObject(access, account, { manager: 'kubectl', plural: 'serviceaccounts' });
	for (const grant of grants) await bind(access, namespace, grant);
	const { body } = await access.call({
		method: 'POST',
		path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
		text: JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }),
	});
	const { token } = (body as { readonly status: { readonly token: string } }).status;
	const config = parse(await readFile(kubeconfig, 'utf8'));
	const [user] = config.users;
	const file = join(folder, 'kubeconfig');
	await keepKubeconfig(file, stringify({ ...config, users: [{ ...user, user: { token } }] }));
	return file;
}

async function bind(access: ApiAccess, home: string, { namespace, rules }: Grant): Promise<void> {
	const apply = (plural: string, object: NewObject) =>
		applyObject(access, object, { manager: 'kubectl', plural });
	const [prefix, scope] = namespace === undefined ? ['Cluster', {}] : ['', { namespace }];
	// What belongs to no namespace is shared by all accounts of the server.
	const metadata = { name: `${name}-${home}`, ...scope };
	const plural = namespace === undefined ? 'clusterrole' : 'role';
	await apply(`${plural}s`, { apiVersion: rbac, kind: `${prefix}Role`, metadata, rules });
	await apply(`${plural}bindings`, {
		apiVersion: rbac,
		kind: `${prefix}RoleBinding`,
		metadata,
		roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: `${prefix}Role`, name: metadata.name },
		subjects: [{ kind: 'ServiceAccount', name, namespace: home }],
	});
}
