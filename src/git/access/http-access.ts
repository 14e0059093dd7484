import { X509Certificate } from 'node:crypto';
import type { GitExtras } from '../program/git-program.ts';
import type { AccessFiles } from './access-files.ts';
import { type Credentials, credentialsError } from './credentials.ts';
import type { Login } from './login.ts';

export interface HttpAccessParts {
	readonly login: Login;
	/** Absent: nothing but the login's. */
	readonly credentials?: Credentials;
	readonly files: AccessFiles;
}

/**
 * What git is told for an http or https URL. The login goes along with the first request, which saves the one
 * that would be answered with 401, and to this server alone: a redirect is not followed with it.
 */
export async function composeHttpAccess(
	url: string,
	{ login, credentials, files }: HttpAccessParts,
): Promise<GitExtras> {
	const { origin } = new URL(url);
	const config: Record<string, string> = {};
	if (login.kind === 'header') {
		config[`http.${origin}/.extraHeader`] = `Authorization: ${login.value}`;
		config[`http.${origin}/.followRedirects`] = 'false';
	}
	const authority = credentials?.values['ca.crt'];
	if (credentials !== undefined && authority !== undefined) {
		requireCertificate(authority, credentials.place);
		config[`http.${origin}/.sslCAInfo`] = await files.place('ca.crt', authority);
	}
	return { config };
}

function requireCertificate(text: string, place: string): void {
	try {
		new X509Certificate(text);
	} catch (cause) {
		throw credentialsError(place, 'ca.crt is not a certificate', 'give it in PEM form', { cause });
	}
}
