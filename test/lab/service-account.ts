import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { ApiAccess } from '../support/api-access.ts';
import type { NewObject } from '../support/kubernetes-objects.ts';
import { applyObject } from './apply-object.ts';
import type { LabCluster } from './cluster.ts';

const namespace = 'spillway';
const account = { kind: 'ServiceAccount', name: 'spillway', namespace };

/** What docs/high-availability.md asks for in the namespace of Lease and ledger. */
const homeRules = [
	{
		apiGroups: ['coordination.k8s.io'],
		resources: ['leases'],
		verbs: ['get', 'create', 'update', 'list', 'watch'],
	},
	{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'update'] },
];

/** Gives the account `spillway` the rights of docs/linkerd-failover.md; returns its kubeconfig, a file of `folder`. */
export async function createAccount(
	access: ApiAccess,
	{ kubeconfig }: Pick<LabCluster, 'kubeconfig'>,
	folder: string,
): Promise<string> {
	const rbac = 'rbac.authorization.k8s.io/v1';
	const apply = (plural: string, object: NewObject) =>
		applyObject(access, object, { manager: 'kubectl', plural });
	const clusterRole = await readDocumentedRole();
	const bind = (kind: string, name: string) => ({
		apiVersion: rbac,
		roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
		subjects: [account],
	});
	await apply('serviceaccounts', {
		apiVersion: 'v1',
		kind: account.kind,
		metadata: { name: account.name, namespace },
	});
	await apply('clusterroles', clusterRole);
	await apply('clusterrolebindings', {
		kind: 'ClusterRoleBinding',
		metadata: { name: 'spillway' },
		...bind('ClusterRole', clusterRole.metadata.name),
	});
	const metadata = { name: 'spillway', namespace };
	await apply('roles', { apiVersion: rbac, kind: 'Role', metadata, rules: homeRules });
	await apply('rolebindings', { kind: 'RoleBinding', metadata, ...bind('Role', 'spillway') });
	const { body } = await access.call({
		method: 'POST',
		path: `/api/v1/namespaces/${namespace}/serviceaccounts/${account.name}/token`,
		text: JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }),
	});
	const { token } = (body as { readonly status: { readonly token: string } }).status;
	const config = parse(await readFile(kubeconfig, 'utf8'));
	const [user] = config.users;
	const file = join(folder, 'kubeconfig');
	await writeFile(file, stringify({ ...config, users: [{ ...user, user: { token } }] }), { mode: 0o600 });
	return file;
}

async function readDocumentedRole(): Promise<NewObject> {
	const page = await readFile(new URL('../../docs/linkerd-failover.md', import.meta.url), 'utf8');
	const [, text = ''] = /^```yaml\n([^`]*kind: ClusterRole\n[^`]*)```$/m.exec(page) ?? [];
	return parse(text);
}
