import type { TokenSource } from '../../forge/http/token-source.ts';
import type { CredentialSource } from '../../git/access/credentials.ts';
import { readForgeToken } from './forge-token.ts';

/** Git's name for whoever has an access token at Bitbucket: it names nobody. */
const nobody = 'x-token-auth';

/** `name:token` where the credentials name an account, as API tokens of Bitbucket are shown; else the token alone. */
export function readNamedToken(source: CredentialSource): TokenSource {
	const tokens = readForgeToken(source);
	let last: { readonly shown: string; readonly token: string } | undefined;
	return {
		async token(refused, signal) {
			const old = refused !== undefined && refused === last?.shown ? last.token : refused;
			const token = await tokens.token(old, signal);
			const { username = '', bearerToken } = (await source.read('look', signal)).values;
			const isNamed = bearerToken === undefined && username !== '' && username !== nobody;
			last = { token, shown: isNamed ? `${username}:${token}` : token };
			return last.shown;
		},
	};
}
