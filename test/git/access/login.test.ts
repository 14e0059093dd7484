import { generateKeyPairSync } from 'node:crypto';
import test from 'ava';
import type { CredentialValues } from '../../../src/git/access/credentials.ts';
import { pickCredentials } from '../../../src/git/access/credentials.ts';
import { chooseLogin, type Login } from '../../../src/git/access/login.ts';
import { ProblemError } from '../../../src/model/problem.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const plain = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
const locked = privateKey
	.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' })
	.toString();

/** An OpenSSH key as far as its cipher's name goes. */
function openSshKey(cipher: string): string {
	const length = Buffer.alloc(4);
	length.writeUInt32BE(cipher.length);
	const body = Buffer.concat([
		Buffer.from('openssh-key-v1\0'),
		length,
		Buffer.from(cipher),
		Buffer.alloc(64),
	]);
	return `-----BEGIN OPENSSH PRIVATE KEY-----\n${body.toString('base64')}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

const right: readonly (readonly [what: string, 'https' | 'ssh', CredentialValues, Login])[] = [
	['an authority alone', 'https', { 'ca.crt': 'x' }, { kind: 'none' }],
	[
		'a name and a password',
		'https',
		{ username: 'a', password: 'b:c' },
		{ kind: 'header', value: 'Basic YTpiOmM=' },
	],
	['a bearer token', 'https', { bearerToken: 't-1' }, { kind: 'header', value: 'Bearer t-1' }],
	['known hosts alone', 'ssh', { known_hosts: 'x' }, { kind: 'none' }],
	['a key', 'ssh', { identity: plain }, { kind: 'key', key: plain }],
	['a key of OpenSSH', 'ssh', { identity: openSshKey('none') }, { kind: 'key', key: openSshKey('none') }],
	[
		'a key with its passphrase',
		'ssh',
		{ identity: locked, password: 'x' },
		{ kind: 'key', key: locked, passphrase: 'x' },
	],
];

for (const [what, protocol, values, login] of right) {
	test(`${what} is a login for ${protocol}`, (t) => {
		t.deepEqual(chooseLogin({ place: 'here', values }, protocol), login);
	});
}

const wrong: readonly (readonly [what: string, 'https' | 'ssh', CredentialValues, RegExp])[] = [
	['a name without a password', 'https', { username: 'a' }, /^password is missing$/],
	['a password without a name', 'https', { password: 'a' }, /^username is missing$/],
	['a name with a colon', 'https', { username: 'a:b', password: 'c' }, /^username holds a colon$/],
	['two logins', 'https', { username: 'a', password: 'b', bearerToken: 'c' }, /exclude each other/],
	['a token that would add a header', 'https', { bearerToken: 'a\r\nX: y' }, /^bearerToken is empty, or/],
	['an empty token', 'https', { bearerToken: '' }, /^bearerToken is empty, or/],
	['a key for https', 'https', { identity: plain }, /^identity is for ssh, but the URL is for https$/],
	['a password for ssh', 'ssh', { username: 'a', password: 'b' }, /^password is for https, but the URL/],
	['a token for ssh', 'ssh', { bearerToken: 'b' }, /^bearerToken is for https/],
	['a GitHub App for ssh', 'ssh', { githubAppID: '1' }, /^githubAppID is for https/],
	['a public key', 'ssh', { identity: 'ssh-ed25519 AAAA me' }, /^identity is not a private SSH key$/],
	['a locked key', 'ssh', { identity: locked }, /^identity is protected by a passphrase$/],
	['a locked key of OpenSSH', 'ssh', { identity: openSshKey('aes256-ctr') }, /protected by a passphrase$/],
	[
		'a locked key of old',
		'ssh',
		{
			identity:
				'-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----',
		},
		/^identity is protected by a passphrase$/,
	],
];

for (const [what, protocol, values, told] of wrong) {
	test(`${what} is no login for ${protocol}, and the problem repeats nothing of it`, (t) => {
		const error = t.throws(() => chooseLogin({ place: 'here', values }, protocol), {
			instanceOf: ProblemError,
		});
		t.is(error.problem.code, 'E_GIT_CREDENTIALS');
		t.regex(error.problem.message, told);
	});
}

test('the line end that an editor adds is not part of a password, those of a key are part of it', (t) => {
	const values: CredentialValues = { password: 'a b\n', username: 'me\r\n', identity: 'one\ntwo\n' };
	t.deepEqual(
		pickCredentials((key) => values[key]),
		{ password: 'a b', username: 'me', identity: 'one\ntwo\n' },
	);
});
