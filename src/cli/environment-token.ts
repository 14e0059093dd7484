import type { CredentialSource } from '../git/access/credentials.ts';
import type { Terminal } from './terminal.ts';

/** The variable that holds a token for both Git and the forge, where no flag names another place. */
export const tokenVariable = 'SPILLWAY_TOKEN';

/** Any name will do beside a token. */
const username = 'spillway';

export function openEnvironmentToken(environment: Terminal['env']): CredentialSource | undefined {
	const password = environment[tokenVariable];
	if (password === undefined || password === '') return undefined;
	const credentials = { place: `the variable ${tokenVariable}`, values: { username, password } };
	return { read: () => Promise.resolve(credentials) };
}
