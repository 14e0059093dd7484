import { BlockList, isIP } from 'node:net';

/** The variables that name proxies, in upper or lower case, as of a process's environment. */
export type ProxyVariables = Readonly<Record<string, string | undefined>>;

const schemes: ReadonlySet<string> = new Set(['http:', 'https:', 'socks5:']);

/** Whether it is the URL of a proxy that can be gone through. */
export function isProxyUrl(text: string): boolean {
	return URL.canParse(text) && schemes.has(new URL(text).protocol);
}

/**
 * The proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name for a server, as Go's programs read them: loopback
 * addresses are never proxied, and an address without a scheme is one of plain HTTP.
 */
export function findProxy(server: string, variables: ProxyVariables): string | undefined {
	const { protocol, hostname, port } = new URL(server);
	const read = (name: string) => variables[name] || variables[name.toLowerCase()] || undefined;
	const proxy = read(protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
	const host = hostname.replace(/^\[|\]$/g, '');
	const target = { host, port: port || (protocol === 'https:' ? '443' : '80') };
	if (proxy === undefined || isLoopback(host) || isExcepted(target, read('NO_PROXY') ?? '')) return undefined;
	return proxy.includes('://') ? proxy : `http://${proxy}`;
}

interface Target {
	readonly host: string;
	readonly port: string;
}

function isLoopback(host: string): boolean {
	return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function isExcepted(target: Target, exceptions: string): boolean {
	return exceptions
		.split(',')
		.map((entry) => entry.trim().toLowerCase())
		.some((entry) => entry !== '' && matchesEntry(target, entry));
}

/** `*`, an address, a CIDR, a domain with or without its subdomains (`.example.com`), each with a port or not. */
function matchesEntry({ host, port }: Target, entry: string): boolean {
	if (entry === '*') return true;
	if (entry.includes('/')) return isWithin(host, entry);
	const { name = entry, only } = /^(?<name>\[.+\]|[^:]+):(?<only>\d+)$/.exec(entry)?.groups ?? {};
	if (only !== undefined && only !== port) return false;
	const bare = name.replace(/^\[|\]$/g, '');
	if (isIP(bare) !== 0) return bare === host;
	const domain = bare.replace(/^\*?\./, '');
	return host.endsWith(`.${domain}`) || (host === domain && bare === domain);
}

function isWithin(host: string, cidr: string): boolean {
	const [network = '', length = ''] = cidr.split('/');
	const family = isIP(network);
	if (family === 0 || isIP(host) !== family || !/^\d+$/.test(length)) return false;
	const list = new BlockList();
	const type = family === 6 ? 'ipv6' : 'ipv4';
	if (Number(length) > (family === 6 ? 128 : 32)) return false;
	list.addSubnet(network, Number(length), type);
	return list.check(host, type);
}
