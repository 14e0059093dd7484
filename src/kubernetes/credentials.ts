import { readFile } from 'node:fs/promises';
import type { RequestOptions } from 'node:https';
import { isDeepStrictEqual } from 'node:util';
import type { User } from '@kubernetes/client-node';
import type { AuthHeaders, TlsSettings } from './connection.ts';

/** A kubeconfig's user. */
export interface CredentialSource {
	readonly user: User;
	/** A file that holds the user's token and is replaced from time to time. */
	readonly tokenFile?: string;
}

/** What one user authenticates with. */
export interface Credentials {
	/** Runs the user's plugin where its last answer has expired. A plugin may answer with a certificate. */
	resolve(): Promise<{ readonly headers: AuthHeaders } & Pick<TlsSettings, 'cert' | 'key'>>;
}

/** Reads what is in files now. */
export async function readCredentials({ user, tokenFile }: CredentialSource): Promise<Credentials> {
	const { KubeConfig } = await import('@kubernetes/client-node');
	const config = new KubeConfig();
	// Without the certificate, which would be read again for every request.
	const { certFile, certData, keyFile, keyData, ...plain } = user;
	const token = tokenFile === undefined ? {} : { token: await readToken(tokenFile), authProvider: undefined };
	// The cluster does not matter to the headers, but must be one that needs no more settings.
	config.loadFromClusterAndUser(
		{ name: user.name, server: 'https://localhost', skipTLSVerify: true },
		{ ...plain, ...token },
	);
	const resolve = async () => {
		const options: RequestOptions = {};
		await config.applyToHTTPSOptions(options);
		const { cert, key, auth } = options as Pick<TlsSettings, 'cert' | 'key'> & { readonly auth?: string };
		const basic =
			auth === undefined ? {} : { Authorization: `Basic ${Buffer.from(auth).toString('base64')}` };
		const headers = { ...basic, ...(options.headers as AuthHeaders | undefined) };
		return { headers, ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }) };
	};
	let resolving: ReturnType<typeof resolve> | undefined;
	return {
		// client-node would start one plugin for each request that waits.
		resolve() {
			resolving ??= resolve().finally(() => {
				resolving = undefined;
			});
			return resolving;
		},
	};
}

/** The `authorize` of a connection. Many requests refused at once renew the credentials once. */
export function createAuthorizer(
	first: Credentials,
	renew: () => Promise<Credentials>,
): (refused?: AuthHeaders) => Promise<AuthHeaders> {
	let current = Promise.resolve(first);
	return async (refused) => {
		const used = current;
		const { headers } = await (await used).resolve();
		if (refused === undefined || !isDeepStrictEqual(headers, refused)) return headers;
		if (current === used) {
			current = renew();
			// What cannot be renewed now may be later: the old ones stay until then.
			current.catch(() => {
				current = used;
			});
		}
		return (await (await current).resolve()).headers;
	};
}

/** Refuses an empty file: it is being replaced, and no token would make us anonymous. */
async function readToken(file: string): Promise<string> {
	const token = (await readFile(file, 'utf8')).trim();
	if (token === '') throw new Error(`${file} is empty`);
	return token;
}
