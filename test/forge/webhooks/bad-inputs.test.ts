import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { parseWebhookSecrets } from '../../../src/forge/webhooks/secrets.ts';
import { isGenuine } from '../../../src/forge/webhooks/verify-delivery.ts';
import { ProblemError } from '../../../src/model/problem.ts';
import {
	commitId,
	hmac,
	openWebhookStage,
	pushPayload,
	signAsGitea,
	webhookSecret,
} from '../../support/webhook-stage.ts';

const json = { 'content-type': 'application/json', 'x-gitea-event': 'push' };
const moved = { kind: 'push', branch: 'main', commit: commitId } as const;

test('B-143 a delivery without a signature is answered 401, and nothing else', async (t) => {
	const stage = await openWebhookStage(t);
	const response = await stage.send(pushPayload, json);
	t.is(response.status, 401);
	t.is(await response.text(), '');
	t.deepEqual(stage.hints, []);
});

test('B-145 a signature by SHA-1 is none', async (t) => {
	const stage = await openWebhookStage(t, { forge: 'GitHub' });
	const headers = {
		...json,
		'x-github-event': 'push',
		'x-hub-signature': `sha1=${hmac(pushPayload).slice(0, 40)}`,
	};
	t.is((await stage.send(pushPayload, headers)).status, 401);
	t.deepEqual(stage.hints, []);
});

test('B-146 what is signed is the bytes, not what they mean', async (t) => {
	const stage = await openWebhookStage(t);
	const pretty = JSON.stringify(JSON.parse(pushPayload), undefined, 2);
	t.is((await stage.send(pretty, signAsGitea(pushPayload))).status, 401);
	t.is((await stage.send(pretty)).status, 202);
	t.deepEqual(stage.hints, [moved]);
});

for (const framing of ['content-length: 1000', 'transfer-encoding: chunked']) {
	test(`B-148 a body that does not come to its end is given up after ten seconds (${framing})`, async (t) => {
		const stage = await openWebhookStage(t);
		const socket = connect(stage.port, '127.0.0.1');
		const closed = once(socket, 'close');
		t.teardown(() => socket.destroy());
		let answer = '';
		socket.setEncoding('utf8').on('data', (text: string) => {
			answer += text;
		});
		socket.on('error', () => undefined);
		socket.write(
			`POST /webhook HTTP/1.1\r\nhost: x\r\n${framing}\r\n\r\n${framing.startsWith('t') ? '1\r\n{\r\n' : '{'}`,
		);
		while (!answer.includes('\r\n\r\n')) {
			await stage.clock.advance(1_000);
			await setTimeout(5);
		}
		t.regex(answer, /^HTTP\/1\.1 408 /);
		await closed;
	});
}

test('B-149 a compressed body is not inflated', async (t) => {
	const stage = await openWebhookStage(t);
	const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
	const response = await stage.send(bomb, { ...signAsGitea(bomb), 'content-encoding': 'gzip' });
	t.is(response.status, 415);
});

test('B-151 a delivery that comes again is taken, and leads to nothing', async (t) => {
	const stage = await openWebhookStage(t);
	const headers = { ...signAsGitea(pushPayload), 'x-gitea-delivery': 'one' };
	t.is((await stage.send(pushPayload, headers)).status, 202);
	t.is((await stage.send(pushPayload, headers)).status, 202);
	t.deepEqual(stage.hints, [moved]);
});

test('B-152 a delivery that comes again by another name is a hint again, and no more than that', async (t) => {
	const stage = await openWebhookStage(t);
	for (const id of ['one', 'two']) {
		t.is(
			(await stage.send(pushPayload, { ...signAsGitea(pushPayload), 'x-gitea-delivery': id })).status,
			202,
		);
	}
	t.deepEqual(stage.hints, [moved, moved]);
});

test('B-154 a delivery chooses neither what is fetched nor from where', async (t) => {
	const stage = await openWebhookStage(t);
	const evil = JSON.stringify({ ...JSON.parse(pushPayload), repository: { full_name: 'evil/config' } });
	t.is((await stage.send(evil)).status, 200);
	t.is((await stage.send(pushPayload)).status, 202);
	t.deepEqual(stage.hints, [moved]);
	t.false(JSON.stringify(stage.hints).includes('evil'));
});

test('B-155 a signed body that is not JSON is answered 400', async (t) => {
	const stage = await openWebhookStage(t);
	for (const body of ['{"a":', '', '[]', 'null', '7', '\u0000']) t.is((await stage.send(body)).status, 400);
	t.is((await stage.send(pushPayload)).status, 202);
});

test('B-157 a field __proto__ is a field like any other', async (t) => {
	const stage = await openWebhookStage(t);
	const repository = '"repository":{"full_name":"acme/config"}';
	for (const body of [
		`{"__proto__":{"ref":"refs/heads/x"},${repository}}`,
		`{"constructor":{"prototype":{"x":1}},${repository}}`,
	]) {
		t.is((await stage.send(body)).status, 200);
	}
	t.is((await stage.send('{"__proto__":{"repository":{"full_name":"acme/config"}}}')).status, 200);
	t.deepEqual(stage.hints, []);
	t.false('x' in {});
	t.false('ref' in {});
});

test('B-158 a ping is answered 200', async (t) => {
	const stage = await openWebhookStage(t, { forge: 'GitHub' });
	const body = JSON.stringify({ zen: 'Design for failure.', hook_id: 1 });
	const headers = { 'x-github-event': 'ping', 'x-hub-signature-256': `sha256=${hmac(body)}` };
	t.is((await stage.send(body, headers)).status, 200);
	t.deepEqual(stage.hints, []);
});

test('B-160 connections beyond the bound are closed, and those that are quiet give way to others', async (t) => {
	const stage = await openWebhookStage(t);
	let closed = 0;
	const sockets = Array.from({ length: 300 }, () => {
		const socket = connect(stage.port, '127.0.0.1');
		t.teardown(() => socket.destroy());
		socket
			.on('error', () => undefined)
			.on('close', () => {
				closed += 1;
			});
		// Else an end that the server sends is never read.
		return socket.resume();
	});
	const deadline = Date.now() + 20_000;
	while (closed < 172 && Date.now() < deadline) await setTimeout(10);
	t.is(closed, 172);
	for (const socket of sockets) socket.destroy();
	let status: number | undefined;
	while (status === undefined && Date.now() < deadline) {
		status = await stage.send(pushPayload).then(
			(response) => response.status,
			() => undefined,
		);
	}
	t.is(status, 202);
});

test('B-161 a request that is no HTTP is answered 400', async (t) => {
	const stage = await openWebhookStage(t);
	const asked = async (text: string): Promise<string> => {
		const socket = connect(stage.port, '127.0.0.1').on('error', () => undefined);
		socket.end(text);
		let answer = '';
		for await (const chunk of socket) answer += chunk;
		return answer;
	};
	const line = 'POST /webhook HTTP/1.1\r\n';
	t.regex(await asked(`${line}content-length: 0\r\n\r\n`), /^HTTP\/1\.1 400 /);
	t.regex(await asked(`${line}host: x\r\nx-gitea-event: pu\nsh\r\n\r\n`), /^HTTP\/1\.1 400 /);
	t.regex(
		await asked(`${line}host: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n`),
		/^HTTP\/1\.1 400 /,
	);
	t.deepEqual(stage.hints, []);
});

test('B-163 an empty secret is refused, and never signs anything', (t) => {
	for (const text of ['', '\n \n', 'short']) {
		const error = t.throws(() => parseWebhookSecrets(text, '--webhook-secret'), { instanceOf: ProblemError });
		t.is(error?.problem.code, 'E_WEBHOOK');
		if (text === 'short') t.false(error?.message.includes(text));
	}
	const headers = {
		'x-gitea-signature': hmac('{}', ''),
		'x-gitlab-token': '',
		'x-hub-signature': `sha256=${hmac('{}', '')}`,
	};
	for (const forge of ['GitHub', 'GitLab', 'Gitea', 'Bitbucket'] as const) {
		t.false(isGenuine(forge, { headers, body: Buffer.from('{}') }, ['', webhookSecret], 0));
	}
	t.deepEqual(parseWebhookSecrets(`${webhookSecret}\r\n\n`, 'x'), [webhookSecret]);
});

test('B-164 a delivery that was signed more than five minutes ago is answered 401', async (t) => {
	const stage = await openWebhookStage(t, { forge: 'GitLab' });
	const body = JSON.stringify({
		ref: 'refs/heads/main',
		after: commitId,
		project: { path_with_namespace: 'acme/config' },
	});
	const send = async (age: number): Promise<number> => {
		const timestamp = String(Math.floor((stage.clock.now() - age) / 1_000));
		const signature = Buffer.from(hmac(`${timestamp}.${timestamp}.${body}`), 'hex').toString('base64');
		const headers = {
			'webhook-id': timestamp,
			'webhook-timestamp': timestamp,
			'webhook-signature': `v1,${signature}`,
		};
		return (await stage.send(body, { ...headers, 'x-gitlab-event': 'Push Hook' })).status;
	};
	t.is(await send(10 * 60_000), 401);
	t.is(await send(-10 * 60_000), 401);
	t.is(await send(5 * 60_000), 202);
	t.is(await send(0), 202);
});
