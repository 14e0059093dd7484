import type { GitProtocol } from '../repository-url.ts';
import { type CredentialKey, type Credentials, credentialsError } from './credentials.ts';
import { isEncryptedKey, isPrivateKey } from './private-key.ts';

/** How we say who we are. */
export type Login =
	/** Anonymous, or by what git finds itself: a credential helper, an SSH agent. */
	| { readonly kind: 'none' }
	/** The value of the Authorization header. */
	| { readonly kind: 'header'; readonly value: string }
	/** An SSH key. */
	| { readonly kind: 'key'; readonly key: string; readonly passphrase?: string };

/** What credentials say for this kind of URL. Throws ProblemError where they do not fit it, or one another. */
export function chooseLogin(credentials: Credentials, protocol: GitProtocol): Login {
	return protocol === 'ssh' ? chooseKey(credentials) : chooseHeader(credentials);
}

/** What must never be shown; printed text is searched for it. */
export function listSecrets({ values }: Credentials, login: Login): readonly string[] {
	const { password, bearerToken } = values;
	const header = login.kind === 'header' ? login.value.replace(/^\w+ /, '') : undefined;
	return [header, password, bearerToken].filter((text) => text !== undefined && text !== '') as string[];
}

function chooseKey({ place, values }: Credentials): Login {
	const { identity, password } = values;
	if (identity === undefined) {
		const others: readonly CredentialKey[] = ['password', 'bearerToken', 'githubAppID'];
		const other = others.find((key) => values[key] !== undefined);
		if (other === undefined) return { kind: 'none' };
		throw credentialsError(
			place,
			`${other} is for https, but the URL is for ssh`,
			'add identity, an SSH key',
		);
	}
	if (!isPrivateKey(identity)) {
		throw credentialsError(place, 'identity is not a private SSH key', 'give the private key in PEM form');
	}
	if (!isEncryptedKey(identity)) return { kind: 'key', key: identity };
	if (password !== undefined) return { kind: 'key', key: identity, passphrase: password };
	throw credentialsError(
		place,
		'identity is protected by a passphrase',
		'add the passphrase as password, or give a key without one',
	);
}

function chooseHeader(credentials: Credentials): Login {
	const { place, values } = credentials;
	const { username, password, bearerToken, identity } = values;
	if (bearerToken !== undefined) return composeBearer(credentials, bearerToken);
	if (username !== undefined && password !== undefined) {
		if (username.includes(':')) throw credentialsError(place, 'username holds a colon');
		return { kind: 'header', value: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
	}
	if (identity !== undefined) {
		const remedy = 'add username and password, or use the ssh URL';
		throw credentialsError(place, 'identity is for ssh, but the URL is for https', remedy);
	}
	if (username === undefined && password === undefined) return { kind: 'none' };
	const missing = username === undefined ? 'username' : 'password';
	throw credentialsError(place, `${missing} is missing`, `add ${missing}`);
}

function composeBearer({ place, values }: Credentials, token: string): Login {
	if (values.username !== undefined) {
		throw credentialsError(place, 'bearerToken and username exclude each other', 'leave one of them out');
	}
	// A line break would add headers of its own.
	if (/^[\x21-\x7e]+$/.test(token)) return { kind: 'header', value: `Bearer ${token}` };
	throw credentialsError(place, 'bearerToken is empty, or holds more than letters, digits and signs');
}
