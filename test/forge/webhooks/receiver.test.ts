import test from 'ava';
import { createSeenDeliveries } from '../../../src/forge/webhooks/seen-deliveries.ts';
import { startWebhookServer } from '../../../src/forge/webhooks/server.ts';
import { aCanary } from '../../support/canaries.ts';
import { problemOf } from '../../support/problem-of.ts';
import {
	commitId,
	hmac,
	openWebhookStage,
	pushPayload,
	signAsGitea,
	webhookSecret,
} from '../../support/webhook-stage.ts';

const mebibyte = 1024 * 1024;

test('a push is answered 202 without a word, and is a hint', async (t) => {
	const stage = await openWebhookStage(t);
	const response = await stage.send(pushPayload);
	t.is(response.status, 202);
	t.is(await response.text(), '');
	t.deepEqual(stage.hints, [{ kind: 'push', branch: 'main', commit: commitId }]);
	t.deepEqual(stage.logged, []);
});

test('only POST is taken, and only at its path', async (t) => {
	const stage = await openWebhookStage(t);
	for (const method of ['GET', 'PUT', 'DELETE', 'HEAD']) {
		const response = await fetch(stage.url, { method });
		t.is(response.status, 405);
		t.is(response.headers.get('allow'), 'POST');
	}
	for (const path of ['', '/', '/webhook/', '/webhook2', '//webhook']) {
		const url = `http://127.0.0.1:${stage.port}${path}`;
		t.is(
			(await fetch(url, { method: 'POST', body: pushPayload, headers: signAsGitea(pushPayload) })).status,
			404,
		);
	}
	const query = await fetch(`${stage.url}?x=1`, {
		method: 'POST',
		body: pushPayload,
		headers: signAsGitea(pushPayload),
	});
	t.is(query.status, 202);
	t.is(stage.hints.length, 1);
});

test('a body of 1 MiB is read, and a longer one is not', async (t) => {
	const stage = await openWebhookStage(t);
	const fits = pushPayload.padEnd(mebibyte);
	t.is((await stage.send(fits)).status, 202);
	const statusOf = (sent: Promise<Response>): Promise<number | string> =>
		sent.then(
			({ status }) => status,
			// Whoever still sends when the connection is closed may not get to read why.
			() => 'closed',
		);
	for (const length of [mebibyte + 1, 8 * mebibyte]) {
		const long = pushPayload.padEnd(length);
		t.true([413, 'closed'].includes(await statusOf(stage.send(long))));
		const stream = new Blob([long]).stream();
		const chunked = fetch(stage.url, {
			method: 'POST',
			body: stream,
			duplex: 'half',
			headers: signAsGitea(long),
		});
		t.true([413, 'closed'].includes(await statusOf(chunked)));
	}
	t.is(stage.hints.length, 1);
	t.is((await stage.send(pushPayload)).status, 202);
});

test('secrets are asked for each time, so that one is replaced without a gap', async (t) => {
	const next = aCanary('webhook-secret-2');
	let secrets = [webhookSecret];
	const stage = await openWebhookStage(t, { secrets: { read: () => Promise.resolve(secrets) } });
	const send = async (secret: string): Promise<number> => {
		const headers = { 'x-gitea-event': 'push', 'x-gitea-signature': hmac(pushPayload, secret) };
		return (await stage.send(pushPayload, headers)).status;
	};
	t.deepEqual([await send(webhookSecret), await send(next)], [202, 401]);
	secrets = [webhookSecret, next];
	t.deepEqual([await send(webhookSecret), await send(next)], [202, 202]);
	secrets = [next];
	t.deepEqual([await send(webhookSecret), await send(next)], [401, 202]);
	secrets = [];
	t.is(await send(next), 401);
});

test('without secrets to be had it says to come back', async (t) => {
	const stage = await openWebhookStage(t, { secrets: { read: () => Promise.reject(new Error('no file')) } });
	t.is((await stage.send(pushPayload)).status, 503);
	t.deepEqual(stage.hints, []);
});

test('refusals are told of once a minute, counted, and repeat nothing of what was sent', async (t) => {
	const stage = await openWebhookStage(t);
	const forged = { ...signAsGitea(pushPayload), 'x-gitea-signature': aCanary('forged-signature') };
	for (let count = 0; count < 5; count += 1) t.is((await stage.send(pushPayload, forged)).status, 401);
	await fetch(stage.url);
	await stage.clock.advance(60_000);
	t.is((await stage.send(pushPayload, forged)).status, 401);
	t.deepEqual(stage.logged, [
		{ message: 'webhooks were refused', fields: { path: '/webhook', refused: { 401: 1 } } },
		{ message: 'webhooks were refused', fields: { path: '/webhook', refused: { 401: 5, 405: 1 } } },
	]);
});

test('a delivery that was forged does not keep the genuine one of the same name from being heard', async (t) => {
	const stage = await openWebhookStage(t);
	const headers = { ...signAsGitea(pushPayload), 'x-gitea-delivery': 'one' };
	t.is((await stage.send(pushPayload, { ...headers, 'x-gitea-signature': 'x' })).status, 401);
	t.is((await stage.send(pushPayload, headers)).status, 202);
	t.is(stage.hints.length, 1);
});

test('F-128 a storm is taken at a bounded number at once', async (t) => {
	const stage = await openWebhookStage(t);
	const answers = await Promise.all(
		Array.from({ length: 400 }, () =>
			stage.send(pushPayload).then(
				({ status }) => status,
				() => 'closed',
			),
		),
	);
	t.true(answers.every((answer) => answer === 202 || answer === 429 || answer === 'closed'));
	t.true(answers.includes(202));
	t.is(stage.hints.length, answers.filter((answer) => answer === 202).length);
});

test('names of deliveries are remembered up to a bound, the newest ones', (t) => {
	const seen = createSeenDeliveries(3);
	t.deepEqual(['a', 'b', 'c', 'a', 'd', 'b', 'a'].map(seen.isFirst), [
		true,
		true,
		true,
		false,
		true,
		true,
		false,
	]);
});

test('a port that is taken is E_WEBHOOK', async (t) => {
	const stage = await openWebhookStage(t);
	const taken = startWebhookServer({ receiver: () => undefined, host: '127.0.0.1', port: stage.port });
	t.like(await problemOf(taken), { code: 'E_WEBHOOK', where: { name: `127.0.0.1:${stage.port}` } });
});
