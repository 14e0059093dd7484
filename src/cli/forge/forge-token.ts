import type { TokenSource } from '../../forge/http/token-source.ts';
import { type CredentialSource, credentialsError } from '../../git/access/credentials.ts';

/** The token among the credentials that git uses, or among those that are for the forge alone. */
export function readForgeToken(source: CredentialSource): TokenSource {
	return {
		async token(refused, signal) {
			const first = await source.read('look', signal);
			const known = first.values.bearerToken ?? first.values.password;
			const { place, values } = known === refused ? await source.read('renew', signal) : first;
			const token = values.bearerToken ?? values.password;
			if (token !== undefined && token !== '') return token;
			const remedy = 'add password or bearerToken, or give --forge-credentials a folder that has one';
			throw credentialsError(place, 'it holds no token for the forge’s API', remedy);
		},
	};
}
