import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import type { Namespace } from '../model/names.ts';
import type { Connection } from './connection.ts';
import { invalid, withCode } from './kubeconfig-problem.ts';
import { createRenewableConnection, type Identity } from './renewable-connection.ts';
import { readReplacedFile } from './replaced-file.ts';

export interface ServiceAccountOptions {
	/** $KUBERNETES_SERVICE_HOST of the pod. */
	readonly host: string;
	/** $KUBERNETES_SERVICE_PORT of the pod. */
	readonly port: string;
	/** By default where the kubelet mounts it. */
	readonly folder?: string;
	/** As `findProxy` finds it. */
	readonly proxy?: string | undefined;
}

/** A connection with a pod's service account. */
export interface ServiceAccountConnection extends Connection {
	/** The pod's own; absent where the mount does not name it. */
	readonly namespace?: string;
}

const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * A pod's way to its own cluster, by the files of its service account, which the kubelet replaces. Throws
 * ProblemError where there are none.
 */
export async function inClusterConnection(options: ServiceAccountOptions): Promise<ServiceAccountConnection> {
	const { host, port, folder = mountPath, proxy } = options;
	const server = `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
	if (!URL.canParse(server)) throw invalid(folder, `${server} is no address of a server`);
	const subject = { place: folder, subject: 'the service account cannot be read' };
	const read = () => withCode('E_CLUSTER_AUTH', subject, () => readServiceAccount(folder));
	const first = await withCode('E_KUBECONFIG', subject, () => readServiceAccount(folder));
	const namespace = await readPodNamespace(folder);
	return {
		...createRenewableConnection({ server, first, read, ...(proxy === undefined ? {} : { proxy }) }),
		...(namespace === undefined ? {} : { namespace }),
	};
}

/** The namespace of the pod we run in, `undefined` where we run in none. */
export function readPodNamespace(folder: string = mountPath): Promise<Namespace | undefined> {
	return readReplacedFile(join(folder, 'namespace')).catch(() => undefined);
}

async function readServiceAccount(folder: string): Promise<Identity> {
	const ca = await readReplacedFile(join(folder, 'ca.crt'));
	const token = await readReplacedFile(join(folder, 'token'));
	return { tls: { rejectUnauthorized: true, ca }, headers: { Authorization: `Bearer ${token}` } };
}
