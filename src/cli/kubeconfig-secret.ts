import { parse } from 'yaml';
import type { Connection } from '../kubernetes/connection.ts';
import { kubeconfigConnection } from '../kubernetes/kubeconfig-connection.ts';
import { parseKubeconfig } from '../kubernetes/kubeconfig-entry.ts';
import { createRenewableConnection, type Identity } from '../kubernetes/renewable-connection.ts';
import type { ClusterAccess } from '../model/policy.ts';
import type { Cluster, Resource } from '../model/ports/cluster.ts';
import { ProblemError, problem } from '../model/problem.ts';
import type { Milliseconds } from '../model/time.ts';
import { isRecord } from '../model/unstructured.ts';
import type { Terminal } from './terminal.ts';

export interface KubeconfigSecretOptions {
	/** The cluster the Secret is in. */
	readonly findHome: (signal: AbortSignal) => Promise<Cluster>;
	readonly secret: Extract<ClusterAccess, { kind: 'secret' }>;
	readonly allowInsecure: boolean;
	/** Where proxies are looked up. */
	readonly environment: Terminal['env'];
}

const secrets: Resource = { group: '', versions: ['v1'], plural: 'secrets' };

/** Where `linkerd multicluster link` puts the kubeconfig. */
const key = 'kubeconfig';

/** How long the Secret may take to be read. */
const patience: Milliseconds = 10_000;

/**
 * A connection by the kubeconfig in a Secret of the home cluster, read again when its credentials are refused.
 * Throws ProblemError, which repeats nothing of the Secret.
 */
export async function openSecretConnection(options: KubeconfigSecretOptions): Promise<Connection> {
	const { findHome, secret, allowInsecure, environment } = options;
	const place = `secret ${secret.namespace}/${secret.name}`;
	const open = async (): Promise<Connection> => {
		const signal = AbortSignal.timeout(patience);
		const text = await readText(await findHome(signal), secret, signal);
		const value = parseKubeconfig(text, (yaml): unknown => parse(yaml), place);
		return await kubeconfigConnection(value, { place, allowInsecure, proxies: environment });
	};
	const identify = async ({ tls, authorize }: Connection): Promise<Identity> => ({
		tls,
		headers: await authorize(),
	});
	const first = await open();
	const { server, proxy } = first;
	return createRenewableConnection({
		server,
		...(proxy === undefined ? {} : { proxy }),
		first: await identify(first),
		read: async () => await identify(await open()),
	});
}

async function readText(
	cluster: Cluster,
	{ namespace, name }: KubeconfigSecretOptions['secret'],
	signal: AbortSignal,
): Promise<string> {
	const secret = await cluster.read({ resource: secrets, namespace, name }, signal);
	const data = isRecord(secret?.['data']) ? secret['data'] : {};
	const packed = data[key];
	if (typeof packed === 'string') return Buffer.from(packed, 'base64').toString('utf8');
	throw new ProblemError(
		problem('E_KUBECONFIG', {
			where: { kind: 'named', name: `${cluster.name} secret ${namespace}/${name}` },
			message: secret === undefined ? 'the Secret does not exist' : `it has no key ${key}`,
			remedy: 'make it with linkerd multicluster link, or correct the name in spillway.yaml',
		}),
	);
}
