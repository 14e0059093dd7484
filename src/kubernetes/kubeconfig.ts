import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Cluster, KubeConfig, User } from '@kubernetes/client-node';
import type { ProblemCode } from '../model/catalogue.ts';
import { ProblemError, problem, showText, showValue } from '../model/problem.ts';
import type { Connection, TlsSettings } from './connection.ts';
import { type CredentialSource, createAuthorizer, readCredentials } from './credentials.ts';

export interface KubeconfigOptions {
	/** A file. By default $KUBECONFIG, ~/.kube/config, or a pod's service account: the first that is there. */
	readonly kubeconfig?: string;
	readonly context: string;
	/** Allows plain HTTP and `insecure-skip-tls-verify`. */
	readonly allowInsecure: boolean;
}

/** What a kubeconfig says of one context. */
interface ContextEntry extends CredentialSource {
	readonly cluster: Cluster;
}

/**
 * Resolves a context to a connection; throws ProblemError where that is not possible. Loads client-node (90 MB)
 * on the first call. Certificates are read once; tokens again whenever the server refuses the last one.
 * `proxy-url` is not supported, and `tokenFile` only in a file given by name.
 */
export async function loadConnection(options: KubeconfigOptions): Promise<Connection> {
	const { cluster, ...source } = await readContext(options);
	requireUsable(cluster, options);
	const credentials = await withCode('E_CLUSTER_AUTH', options, () => readCredentials(source));
	const { cert, key } = await withCode('E_CLUSTER_AUTH', options, () => credentials.resolve());
	const tls = await withCode('E_KUBECONFIG', options, () => readTls(cluster, source.user));
	const authorize = createAuthorizer(credentials, async () => readCredentials(await readContext(options)));
	return {
		server: cluster.server,
		tls: { ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }), ...tls },
		authorize: (refused) => withCode('E_CLUSTER_AUTH', options, () => authorize(refused)),
	};
}

async function readContext(options: KubeconfigOptions): Promise<ContextEntry> {
	const { kubeconfig, context } = options;
	const text = await withCode('E_KUBECONFIG', options, async () =>
		kubeconfig === undefined ? undefined : readFile(kubeconfig, 'utf8'),
	);
	const config = await parseConfig(text, options);
	const names = config.getContexts().map(({ name }) => name);
	if (!names.includes(context)) {
		throw invalid(options, `context '${context}' not found; available: ${names.join(', ') || 'none'}`);
	}
	config.setCurrentContext(context);
	const cluster = config.getCurrentCluster();
	const user = config.getCurrentUser();
	if (cluster === null || user === null) {
		const missing = cluster === null ? 'cluster' : 'user';
		throw invalid(options, `context '${context}' names a ${missing} that is not in the file`);
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
	throw invalid(options, reason);
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

function requireUsable({ server, proxyUrl, skipTLSVerify }: Cluster, options: KubeconfigOptions): void {
	const { context, allowInsecure } = options;
	if (!URL.canParse(server)) throw invalid(options, `context '${context}' has no valid server address`);
	if (proxyUrl !== undefined) {
		const message = `context '${context}' reaches its cluster through a proxy-url`;
		throw new ProblemError(problem('E_NOT_SUPPORTED', { where: whereIs(options), message }));
	}
	if (allowInsecure) return;
	const isPlain = new URL(server).protocol === 'http:';
	if (isPlain || skipTLSVerify) {
		const how = isPlain ? `speaks plain HTTP to ${showValue(server)}` : 'skips TLS verification';
		const message = `context '${context}' ${how}`;
		throw new ProblemError(problem('E_KUBECONFIG_TLS', { where: whereIs(options), message }));
	}
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

/** Gives whatever `run` fails with a code. */
async function withCode<T>(code: ProblemCode, options: KubeconfigOptions, run: () => Promise<T>): Promise<T> {
	try {
		return await run();
	} catch (error) {
		if (error instanceof ProblemError) throw error;
		const reason = showText(error instanceof Error ? error.message : String(error), 200);
		const message = `context '${options.context}': ${reason}`;
		throw new ProblemError(problem(code, { where: whereIs(options), message }), { cause: error });
	}
}

function invalid(options: KubeconfigOptions, message: string): ProblemError {
	return new ProblemError(problem('E_KUBECONFIG', { where: whereIs(options), message }));
}

function whereIs({ kubeconfig = 'kubeconfig' }: KubeconfigOptions): {
	readonly kind: 'named';
	readonly name: string;
} {
	return { kind: 'named', name: kubeconfig };
}
