import { createHmac, randomBytes } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import type { WebhookForge } from '../../../src/forge/webhooks/delivery.ts';
import { isGenuine } from '../../../src/forge/webhooks/verify-delivery.ts';

const now = 1_750_000_000_000;
const body = Buffer.from('{"ü": [1, \r\n 2]}');
const secret = 'it-is-a-secret-of-tests';
const other = 'another-secret-of-tests';
const sign = (key: string | Buffer, content: string | Buffer, as: 'hex' | 'base64' = 'hex'): string =>
	createHmac('sha256', key).update(content).digest(as);

function standard(
	key: string | Buffer,
	changes: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
	const [id, timestamp] = ['msg_1', String(now / 1_000)];
	const signature = sign(key, Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]), 'base64');
	return {
		'webhook-id': id,
		'webhook-timestamp': timestamp,
		'webhook-signature': `v1,${signature}`,
		...changes,
	};
}

const keyBytes = randomBytes(32);
const signingSecret = `whsec_${keyBytes.toString('base64')}`;
const signature = standard(keyBytes)['webhook-signature'] ?? '';

const genuine: readonly (readonly [string, WebhookForge, Readonly<Record<string, string>>, string])[] = [
	['GitHub', 'GitHub', { 'x-hub-signature-256': `sha256=${sign(secret, body)}` }, secret],
	['Gitea', 'Gitea', { 'x-gitea-signature': sign(secret, body) }, secret],
	['Forgejo', 'Gitea', { 'x-forgejo-signature': sign(secret, body), 'x-gitea-signature': 'old' }, secret],
	['Gitea as GitHub does', 'Gitea', { 'x-hub-signature-256': `sha256=${sign(secret, body)}` }, secret],
	['in capitals', 'Gitea', { 'x-gitea-signature': sign(secret, body).toUpperCase() }, secret],
	['Bitbucket', 'Bitbucket', { 'x-hub-signature': `sha256=${sign(secret, body)}` }, secret],
	['GitLab by its token', 'GitLab', { 'x-gitlab-token': secret }, secret],
	['GitLab by Standard Webhooks', 'GitLab', standard(keyBytes), signingSecret],
	['GitLab by a plain secret that signs', 'GitLab', standard(secret), secret],
	[
		'several signatures, one of them good',
		'GitLab',
		standard(keyBytes, { 'webhook-signature': `v1,AAAA v2,BBBB ${signature}` }),
		signingSecret,
	],
];

for (const [what, forge, headers, key] of genuine) {
	test(`a signature is known again, whichever secret it is by: ${what}`, (t) => {
		t.true(isGenuine(forge, { headers, body }, [key], now));
		t.true(isGenuine(forge, { headers, body }, [other, key], now));
		t.true(isGenuine(forge, { headers, body }, [key, other], now));
		t.false(isGenuine(forge, { headers, body }, [other], now));
		t.false(isGenuine(forge, { headers, body }, [], now));
	});
}

test('another byte, and it is forged', (t) => {
	const signed = genuine.filter(([what]) => what !== 'GitLab by its token');
	fc.assert(
		fc.property(
			fc.constantFrom(...signed),
			fc.nat(body.length - 1),
			fc.integer({ min: 1, max: 255 }),
			(each, at, flip) => {
				const [, forge, headers, key] = each;
				const changed = Buffer.from(body);
				changed[at] = (changed[at] ?? 0) ^ flip;
				t.false(isGenuine(forge, { headers, body: changed }, [key], now));
			},
		),
	);
});

test('whatever stands where a signature should is no signature', (t) => {
	const text = fc.oneof(
		fc.string({ unit: 'binary', maxLength: 100 }),
		fc.constantFrom('', 'sha256=', 'v1,', 'sha1=x', ','),
	);
	fc.assert(
		fc.property(fc.constantFrom('GitHub', 'GitLab', 'Gitea', 'Bitbucket'), text, (forge, given) => {
			const names = [
				'x-hub-signature-256',
				'x-hub-signature',
				'x-gitea-signature',
				'x-gitlab-token',
				'webhook-signature',
			];
			for (const name of names) {
				const headers = { ...standard(keyBytes), 'webhook-signature': 'v1,x', [name]: given };
				t.false(isGenuine(forge, { headers, body }, [secret, signingSecret], now));
			}
		}),
	);
});

test('id and time are signed, and have to be there', (t) => {
	for (const changes of [
		{ 'webhook-id': 'msg_2' },
		{ 'webhook-id': '' },
		{ 'webhook-timestamp': String(now / 1_000 + 1) },
		{ 'webhook-timestamp': '' },
		{ 'webhook-timestamp': 'NaN' },
		{ 'webhook-signature': '' },
		{ 'webhook-signature': 'v1' },
	]) {
		t.false(
			isGenuine('GitLab', { headers: standard(keyBytes, changes), body }, [signingSecret], now),
			JSON.stringify(changes),
		);
	}
	t.true(isGenuine('GitLab', { headers: standard(keyBytes), body }, [signingSecret], now + 300_000));
	t.false(isGenuine('GitLab', { headers: standard(keyBytes), body }, [signingSecret], now + 300_001));
	t.false(isGenuine('GitLab', { headers: standard(keyBytes), body }, [signingSecret], now - 300_001));
});

test('a secret that signs is not taken as a token, and a bad signature is not made up for by a token', (t) => {
	t.false(isGenuine('GitLab', { headers: { 'x-gitlab-token': signingSecret }, body }, [signingSecret], now));
	const headers = { ...standard(keyBytes, { 'webhook-signature': 'v1,x' }), 'x-gitlab-token': secret };
	t.false(isGenuine('GitLab', { headers, body }, [secret], now));
	t.false(isGenuine('GitLab', { headers: standard(Buffer.alloc(0)), body }, ['whsec_'], now));
});
