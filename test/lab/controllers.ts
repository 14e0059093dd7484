import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { ApiAccess } from '../support/api-access.ts';
import { missingParts, type Parts } from './parts.ts';
import type { ServerOptions, ServerProcess } from './server-process.ts';

/** The node that pods name in their `nodeName`: there is no scheduler. */
export const nodeName = 'kwok-0';

/** What the lab needs of kube-controller-manager. */
const controllers = [
	'deployment-controller',
	'replicaset-controller',
	'endpoints-controller',
	'endpointslice-controller',
	'endpointslice-mirroring-controller',
	'namespace-controller',
	'serviceaccount-controller',
	'garbage-collector-controller',
];

export interface ControllerSite {
	readonly parts: Parts;
	readonly folder: string;
	readonly kubeconfig: string;
	readonly access: ApiAccess;
	start(server: Omit<ServerOptions, 'folder'>): Promise<ServerProcess>;
}

/** Starts kube-controller-manager, and KWOK with one node whose pods are ready at once. */
export async function startControllers(site: ControllerSite): Promise<void> {
	const { parts, folder, kubeconfig, access, start } = site;
	const missing = missingParts(['kube-controller-manager', 'kwok'], parts);
	if (missing.length > 0) throw new Error(`${missing.join(' and ')} missing`);
	await start({
		name: 'kube-controller-manager',
		program: String(parts['kube-controller-manager']),
		args: [
			`--kubeconfig=${kubeconfig}`,
			'--leader-elect=false',
			'--use-service-account-credentials=false',
			`--controllers=${controllers.join(',')}`,
			'--bind-address=127.0.0.1',
			'--secure-port=0',
		],
	});
	const stages = join(folder, 'kwok.yaml');
	await writeFile(stages, await readFile(new URL('kwok.yaml', import.meta.url)));
	await start({
		name: 'kwok',
		program: String(parts.kwok),
		args: [`--kubeconfig=${kubeconfig}`, `--config=${stages}`, '--manage-all-nodes=true'],
	});
	await createNode(access);
}

async function createNode(access: ApiAccess): Promise<void> {
	const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: nodeName } };
	const { code, body } = await access.call({
		method: 'POST',
		path: '/api/v1/nodes',
		text: JSON.stringify(node),
	});
	if (code !== 201) throw new Error(`the node was refused: ${JSON.stringify(body)}`);
	const isReady = async () => {
		const answer = await access.call({ method: 'GET', path: `/api/v1/nodes/${nodeName}` });
		return JSON.stringify(answer.body).includes('"KubeletReady"');
	};
	const deadline = Date.now() + 30_000;
	while (!(await isReady())) {
		if (Date.now() > deadline) throw new Error('the node did not become ready');
		await setTimeout(50);
	}
}
