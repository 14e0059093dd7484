import type { Clock } from '../model/ports/clock.ts';
import { showValue } from '../model/problem.ts';
import type { Connection } from './connection.ts';
import { type PluginCredential, type PluginSurroundings, runCredentialPlugin } from './credential-plugin.ts';
import { type ContextEntry, findContext, readText } from './kubeconfig-entry.ts';
import { findForeignField, findLocalField, readHeaders, readTls } from './kubeconfig-identity.ts';
import { invalid, withCode } from './kubeconfig-problem.ts';
import { findProxy, isProxyUrl, type ProxyVariables } from './proxy.ts';
import { createRenewableConnection, type Identity } from './renewable-connection.ts';

export interface KubeconfigValueOptions {
	/** Names the kubeconfig in problems: `secret linkerd-multicluster/west`. */
	readonly place: string;
	/** By default the kubeconfig's current context. */
	readonly context?: string;
	/** Allows plain HTTP and `insecure-skip-tls-verify`. */
	readonly allowInsecure: boolean;
	/** Where HTTPS_PROXY and the like are looked up. Default: nowhere. */
	readonly proxies?: ProxyVariables;
}

/**
 * A connection by a kubeconfig that came from elsewhere, such as a Secret, and is parsed already. Throws
 * ProblemError. It must bear its credentials itself: one that could read files or run programs of this machine
 * would send our secrets to whatever server it names.
 */
export async function kubeconfigConnection(
	value: unknown,
	options: KubeconfigValueOptions,
): Promise<Connection> {
	const { place } = options;
	const entry = findContext(value, options.context, place);
	const field = findForeignField(entry) ?? findLocalField(entry);
	if (field !== undefined) {
		throw invalid(place, `context '${entry.context}' uses ${field}`, {
			code: 'E_NOT_SUPPORTED',
			remedy:
				'put a token or a client certificate into the kubeconfig itself, as kubectl config view --flatten does',
		});
	}
	const { tls, headers } = await readIdentity(entry, { place, folder: '/' });
	return { ...readAddress(entry, options), tls, authorize: () => Promise.resolve(headers) };
}

export interface KubeconfigFile {
	readonly place: string;
	/** What its relative paths are of. */
	readonly folder: string;
	readonly entry: ContextEntry;
	/** The entry as the file has it now. */
	readonly reload: () => Promise<ContextEntry>;
	readonly environment: PluginSurroundings['environment'];
	readonly clock: Clock;
	readonly allowInsecure: boolean;
}

/** A connection by a context of a file of this machine; follows the files it names. Throws ProblemError. */
export async function openKubeconfigFile(file: KubeconfigFile): Promise<Connection> {
	const { entry, reload, clock, environment } = file;
	const address = readAddress(entry, { ...file, proxies: environment });
	let credential: PluginCredential | undefined;

	const read = async (current: ContextEntry, effort: 'look' | 'renew'): Promise<Identity> => {
		const { tls, headers } = await readIdentity(current, file);
		if (current.user['exec'] === undefined || current.user['exec'] === null) return { tls, headers };
		const subject = { place: file.place, subject: `context '${current.context}'` };
		const run = () => withCode('E_CLUSTER_AUTH', subject, () => runCredentialPlugin(current, file));
		credential = credential === undefined || effort === 'renew' ? await run() : credential;
		const expiry = credential.expiresAt === undefined ? {} : { expiresAt: credential.expiresAt };
		return { tls: { ...tls, ...credential.tls }, headers: { ...headers, ...credential.headers }, ...expiry };
	};

	return createRenewableConnection({
		...address,
		clock,
		first: await read(entry, 'look'),
		read: async (effort) => read(await reload(), effort),
	});
}

async function readIdentity(
	entry: ContextEntry,
	{ place, folder }: { readonly place: string; readonly folder: string },
): Promise<Identity> {
	const subject = { place, subject: `context '${entry.context}'` };
	const headers = await withCode('E_CLUSTER_AUTH', subject, () => readHeaders(entry, folder));
	return { headers, tls: await withCode('E_KUBECONFIG', subject, () => readTls(entry, folder)) };
}

type AddressOptions = Pick<KubeconfigValueOptions, 'place' | 'allowInsecure' | 'proxies'>;

function readAddress(
	{ context, cluster }: ContextEntry,
	{ place, allowInsecure, proxies = {} }: AddressOptions,
): Pick<Connection, 'server' | 'proxy'> {
	const skipTLSVerify = cluster['insecure-skip-tls-verify'] === true;
	const server = requireServer(
		{ server: cluster['server'], skipTLSVerify },
		{ place, context, allowInsecure },
	);
	const given = readText(cluster, 'proxy-url');
	const proxy = given ?? findProxy(server, proxies);
	if (proxy === undefined) return { server };
	return { server, proxy: requireProxy(proxy, { place, context }) };
}

interface Context {
	readonly place: string;
	readonly context: string;
}

/** Returns the server's address; throws where it is none, or is not safe to speak to. */
export function requireServer(
	{ server, skipTLSVerify }: { readonly server: unknown; readonly skipTLSVerify: boolean },
	{ place, context, allowInsecure }: Context & { readonly allowInsecure: boolean },
): string {
	if (typeof server !== 'string' || !URL.canParse(server)) {
		throw invalid(place, `context '${context}' has no valid server address`);
	}
	const isPlain = new URL(server).protocol === 'http:';
	if (!allowInsecure && (isPlain || skipTLSVerify)) {
		const how = isPlain ? `speaks plain HTTP to ${showValue(server)}` : 'skips TLS verification';
		throw invalid(place, `context '${context}' ${how}`, { code: 'E_KUBECONFIG_TLS' });
	}
	return server;
}

/** Its value is not repeated: it may hold a password. */
export function requireProxy(proxy: string, { place, context }: Context): string {
	if (isProxyUrl(proxy)) return proxy;
	throw invalid(place, `context '${context}' reaches its cluster through a proxy that is not supported`, {
		code: 'E_NOT_SUPPORTED',
		remedy: 'give the proxy as http://host:port, https://host:port or socks5://host:port',
	});
}
