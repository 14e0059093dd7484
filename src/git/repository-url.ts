import { isIP } from 'node:net';
import { pathToFileURL } from 'node:url';
import type { ProblemCode } from '../model/catalogue.ts';
import { type Problem, problem, showValue } from '../model/problem.ts';

/** The schemes that git is told to allow, one per repository. */
export type GitProtocol = 'https' | 'ssh' | 'http' | 'file';

export type RepositoryUrl =
	| {
			readonly kind: 'ok';
			/** What git is given. */
			readonly url: string;
			/** The same for people; it never holds a secret. */
			readonly display: string;
			readonly protocol: GitProtocol;
	  }
	| { readonly kind: 'refused'; readonly problem: Problem };

/** The server of a URL that was taken. */
export interface RepositoryServer {
	/** Without brackets around an IPv6 address. */
	readonly host: string;
	/** Absent: the scheme's own. */
	readonly port?: string;
}

interface UrlRules {
	/** Also takes http, file and local paths: for tests and demos. */
	readonly allowInsecure: boolean;
}

/** What a URL of either form says. */
interface UrlParts {
	readonly user: string | undefined;
	readonly host: string;
	readonly port?: string | undefined;
	readonly path: string;
}

const where = { kind: 'named', name: 'the repository URL' } as const;
const schemes: ReadonlySet<string> = new Set<GitProtocol>(['https', 'ssh', 'http', 'file']);
const userPattern = /^[A-Za-z0-9_][A-Za-z0-9._+-]*$/;
const hostPattern = /^(?:[A-Za-z0-9_][A-Za-z0-9._-]*|\[[0-9A-Fa-f:.]+\])$/;
const portPattern = /^\d{1,5}$/;
const pathPattern = /^(?!-)\/*[^/?#][^?#]*$/;

/**
 * Takes `https://host/path`, `ssh://user@host/path` and `user@host:path`. Stricter than git, so that nothing in
 * a URL can act as an option, a command or a place for a secret. A refusal never quotes the URL itself.
 */
export function checkRepositoryUrl(url: string, { allowInsecure }: UrlRules): RepositoryUrl {
	const [, scheme, separator, rest = ''] = /^([^/:@]*)(::|:\/\/)(.*)$/s.exec(url) ?? [];
	if (separator === '::' || (scheme !== undefined && !schemes.has(scheme))) {
		return refuse('E_URL_SCHEME', 'scheme not allowed; https or ssh', scheme);
	}
	if (/[\s\p{Cc}\p{Cf}]/u.test(url)) return refuse('E_URL', 'a space or an invisible character');
	if (url.startsWith('/')) return checkLocal(pathToFileURL(url).href, allowInsecure);
	if (scheme === undefined) return checkScpLike(url);
	if (scheme === 'file') return checkLocal(url, allowInsecure);
	if (scheme === 'http' && !allowInsecure) {
		return refuse('E_URL_SCHEME', 'http needs --allow-insecure-git', scheme);
	}
	return checkParts(url, scheme as 'https' | 'ssh' | 'http', splitAuthority(rest));
}

/** `undefined` where there is no server: a file URL. */
export function findServer(url: string): RepositoryServer | undefined {
	const [, scheme, rest = ''] = /^([^/:@]*):\/\/(.*)$/s.exec(url) ?? [];
	if (scheme === 'file') return undefined;
	const scpLike = /^[^@:/]*@([^/]*?):/.exec(url)?.[1];
	const { host, port } = scheme === undefined ? { host: scpLike ?? '' } : splitAuthority(rest);
	const bare = host.replace(/^\[|\]$/g, '');
	return port === undefined ? { host: bare } : { host: bare, port };
}

/** A server on this machine, which nobody listens in on: localhost, 127.0.0.0/8, ::1. */
export function isLoopback({ host }: RepositoryServer): boolean {
	return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function checkLocal(url: string, allowInsecure: boolean): RepositoryUrl {
	if (!allowInsecure) return refuse('E_URL_SCHEME', 'a local repository needs --allow-insecure-git', 'file');
	if (!/^file:\/\/\/[^?#]+$/.test(url)) return refuse('E_URL', 'a file URL has an absolute path and no host');
	return { kind: 'ok', url, display: url, protocol: 'file' };
}

function checkScpLike(url: string): RepositoryUrl {
	const [, user = '', host, path] = /^([^@:/]*)@([^/]*?):([^:]*)$/.exec(url) ?? [];
	if (host !== undefined && path !== undefined) return checkParts(url, 'ssh', { user, host, path });
	return /^[^/]*:[^/]*@/.test(url) ? refuseCredentials() : refuse('E_URL', 'not a repository URL');
}

function splitAuthority(rest: string): UrlParts {
	const [, authority = '', path = ''] = /^([^/]*)(.*)$/.exec(rest) ?? [];
	const at = authority.lastIndexOf('@');
	const [, host = '', port] = /^(.*?)(?::([^:\]]*))?$/.exec(authority.slice(at + 1)) ?? [];
	return { user: at === -1 ? undefined : authority.slice(0, at), host, port, path };
}

function checkParts(url: string, protocol: 'https' | 'ssh' | 'http', parts: UrlParts): RepositoryUrl {
	const { user, host, port, path } = parts;
	if (user !== undefined && (protocol !== 'ssh' || user.includes(':'))) return refuseCredentials();
	if (user !== undefined && !userPattern.test(user)) return refuse('E_URL', 'invalid user name');
	if (!hostPattern.test(host)) return refuse('E_URL', 'invalid host', host);
	if (port !== undefined && !portPattern.test(port)) return refuse('E_URL', 'invalid port', port);
	if (!pathPattern.test(path)) return refuse('E_URL', 'invalid path');
	return { kind: 'ok', url, display: url, protocol };
}

function refuseCredentials(): RepositoryUrl {
	const message = 'credentials do not belong in a URL';
	const remedy = 'take them out of the URL; give them with --git-credentials or --git-secret';
	return { kind: 'refused', problem: problem('E_URL', { where, message, remedy }) };
}

function refuse(code: ProblemCode, message: string, got?: string): RepositoryUrl {
	const shown = got === undefined ? undefined : showValue(got);
	return { kind: 'refused', problem: problem(code, { where, message, got: shown }) };
}
