import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Cluster, KubeConfig, User } from '@kubernetes/client-node';
import { showText } from '../model/problem.ts';
import type { Connection, TlsSettings } from './connection.ts';
import { type CredentialSource, createAuthorizer, readCredentials } from './credentials.ts';
import { requireProxy, requireServer } from './kubeconfig-connection.ts';
import { type KubeconfigOptions, placeOf, subjectOf } from './kubeconfig-options.ts';
import { invalid, withCode } from './kubeconfig-problem.ts';
import { findProxy } from './proxy.ts';

/** What a kubeconfig says of one context. */
interface ContextEntry extends CredentialSource {
	readonly cluster: Cluster;
}

/** Resolves a context to a connection as client-node does; throws ProblemError. Certificates are read once. */
export async function loadThroughClientNode(options: KubeconfigOptions): Promise<Connection> {
	const { cluster, ...source } = await readContext(options);
	const place = placeOf(options);
	const { skipTLSVerify = false, proxyUrl } = cluster;
	const server = requireServer({ server: cluster.server, skipTLSVerify }, { ...options, place });
	const environment = options.tools?.environment ?? {};
	const proxy = proxyUrl === undefined ? findProxy(server, environment) : proxyUrl;
	if (proxy !== undefined) requireProxy(proxy, { ...options, place });
	const credentials = await withCode('E_CLUSTER_AUTH', subjectOf(options), () => readCredentials(source));
	const { cert, key } = await withCode('E_CLUSTER_AUTH', subjectOf(options), () => credentials.resolve());
	const tls = await withCode('E_KUBECONFIG', subjectOf(options), () => readTls(cluster, source.user));
	const authorize = createAuthorizer(credentials, async () => readCredentials(await readContext(options)));
	return {
		server,
		...(proxy === undefined ? {} : { proxy }),
		tls: { ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }), ...tls },
		authorize: (refused) => withCode('E_CLUSTER_AUTH', subjectOf(options), () => authorize(refused)),
	};
}

async function readContext(options: KubeconfigOptions): Promise<ContextEntry> {
	const { kubeconfig, context } = options;
	const text = await withCode('E_KUBECONFIG', subjectOf(options), async () =>
		kubeconfig === undefined ? undefined : readFile(kubeconfig, 'utf8'),
	);
	const config = await parseConfig(text, options);
	const names = config.getContexts().map(({ name }) => name);
	if (!names.includes(context)) {
		throw invalid(
			placeOf(options),
			`context '${context}' not found; available: ${names.join(', ') || 'none'}`,
		);
	}
	config.setCurrentContext(context);
	const cluster = config.getCurrentCluster();
	const user = config.getCurrentUser();
	if (cluster === null || user === null) {
		const missing = cluster === null ? 'cluster' : 'user';
		throw invalid(placeOf(options), `context '${context}' names a ${missing} that is not in the file`);
	}
	const tokenFile = await findTokenFile(user, text, dirname(kubeconfig ?? '.'));
	return { cluster, user, ...(tokenFile === undefined ? {} : { tokenFile }) };
}

/** Parses `text`, or what stands at the default places. */
async function parseConfig(text: string | undefined, options: KubeconfigOptions): Promise<KubeConfig> {
	const { KubeConfig } = await import('@kubernetes/client-node');
	const config = new KubeConfig();
	let reason: string;
	try {
		if (text === undefined) {
			config.loadFromDefault();
			// What client-node makes up where there is nothing to load.
			if (config.getCurrentContext() !== 'loaded-context') return config;
			reason = 'no in-cluster token at the usual mount, no ~/.kube/config and no --kubeconfig';
		} else {
			config.loadFromString(text);
			config.makePathsAbsolute(dirname(options.kubeconfig ?? '.'));
			return config;
		}
	} catch (error) {
		// A YAML parser's message quotes the lines around the error, which may hold a token.
		const isPlain = error instanceof Error && error.name === 'Error';
		reason = isPlain ? showText(error.message, 200) : 'this is no kubeconfig';
	}
	throw invalid(placeOf(options), reason);
}

/** A file to read the user's token from: a pod's service account has one, and a kubeconfig may name one. */
async function findTokenFile(
	{ name, authProvider }: User,
	text: string | undefined,
	folder: string,
): Promise<string | undefined> {
	if (authProvider?.name === 'tokenFile') return authProvider.config.tokenFile;
	if (text === undefined) return undefined;
	const { loadYaml } = await import('@kubernetes/client-node');
	const { users } = loadYaml<{ users?: { name: string; user?: { tokenFile?: string } }[] }>(text);
	// client-node does not know the field.
	const tokenFile = users?.find((entry) => entry.name === name)?.user?.tokenFile;
	return tokenFile === undefined ? undefined : resolve(folder, tokenFile);
}

async function readTls(cluster: Cluster, user: User): Promise<TlsSettings> {
	const { bufferFromFileOrString } = await import('@kubernetes/client-node');
	const ca = bufferFromFileOrString(cluster.caFile, cluster.caData);
	const cert = bufferFromFileOrString(user.certFile, user.certData);
	const key = bufferFromFileOrString(user.keyFile, user.keyData);
	return {
		rejectUnauthorized: !cluster.skipTLSVerify,
		...(cluster.tlsServerName === undefined ? {} : { servername: cluster.tlsServerName }),
		...(ca === null ? {} : { ca }),
		...(cert === null ? {} : { cert }),
		...(key === null ? {} : { key }),
	};
}
