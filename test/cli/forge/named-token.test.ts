import test from 'ava';
import { readNamedToken } from '../../../src/cli/forge/named-token.ts';
import type { CredentialValues } from '../../../src/git/access/credentials.ts';

const signal = new AbortController().signal;

/** Credentials as they are known, and as they are once they were renewed. */
function read(now: CredentialValues, renewed: CredentialValues = now): ReturnType<typeof readNamedToken> {
	let values = now;
	return readNamedToken({
		read: (effort) => {
			if (effort === 'renew') values = renewed;
			return Promise.resolve({ place: 'a folder', values });
		},
	});
}

for (const [values, shown] of [
	[{ username: 'bot@acme.test', password: 'secret' }, 'bot@acme.test:secret'],
	[{ username: 'x-token-auth', password: 'secret' }, 'secret'],
	[{ password: 'secret' }, 'secret'],
	[{ username: 'bot@acme.test', bearerToken: 'secret' }, 'secret'],
] as const) {
	test(`${Object.keys(values).join(' and ')} of ${Object.values(values)[0]} are shown as ${shown}`, async (t) => {
		t.is(await read(values).token(undefined, signal), shown);
	});
}

test('F5 a token that is refused under its name is renewed', async (t) => {
	const username = 'bot@acme.test';
	const tokens = read({ username, password: 'old' }, { username, password: 'new' });
	const first = await tokens.token(undefined, signal);
	t.is(await tokens.token(first, signal), `${username}:new`);
});
