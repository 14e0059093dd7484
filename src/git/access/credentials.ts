import { ProblemError, problem } from '../../model/problem.ts';

/** The keys of the Secrets that Flux takes for a GitRepository. */
export const credentialKeys = [
	'username',
	'password',
	'bearerToken',
	'identity',
	'identity.pub',
	'known_hosts',
	'ca.crt',
	'githubAppID',
	'githubAppInstallationID',
	'githubAppPrivateKey',
	'githubAppBaseURL',
] as const;

export type CredentialKey = (typeof credentialKeys)[number];

export type CredentialValues = Readonly<Partial<Record<CredentialKey, string>>>;

/** What a repository is reached with, as it was when it was read. */
export interface Credentials {
	/** Where it was read from, for people: `the folder /etc/git`. */
	readonly place: string;
	readonly values: CredentialValues;
	/** The file that holds `identity` already, where there is one. */
	readonly identityFile?: string;
}

/** Where credentials come from. They may be replaced at any time. */
export interface CredentialSource {
	/**
	 * `look`: as they are known now, at little cost; `renew`: as the server refuses the last ones. Throws ProblemError,
	 * which repeats nothing of them.
	 */
	read(effort: 'look' | 'renew', signal: AbortSignal): Promise<Credentials>;
}

/** Keeps what `credentialKeys` names. A line end after a one-line value is the editor's, not the value's. */
export function pickCredentials(read: (key: CredentialKey) => string | undefined): CredentialValues {
	const found = credentialKeys.flatMap((key) => {
		const text = read(key);
		return text === undefined ? [] : [[key, /\n[^\n]/.test(text) ? text : text.replace(/\r?\n$/, '')]];
	});
	return Object.fromEntries(found);
}

/** Something about credentials that a person must mend. */
export function credentialsError(
	place: string,
	message: string,
	remedy?: string,
	options?: ErrorOptions,
): ProblemError {
	const where = { kind: 'named', name: place } as const;
	return new ProblemError(problem('E_GIT_CREDENTIALS', { where, message, remedy }), options);
}
