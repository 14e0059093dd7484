import test from 'ava';
import { create, read, refusal, setStage, write } from '../../support/forge-client.ts';

const { signal } = new AbortController();

for (const passing of [
	{ status: 502 },
	{ status: 503 },
	{ status: 504 },
	{ fails: 'ECONNREFUSED' },
	{ fails: 'ECONNRESET' },
]) {
	test(`F3 what can be done twice is tried three times: ${JSON.stringify(passing)}`, async (t) => {
		const { client, seen, clock } = setStage([passing, passing, { status: 200, body: 1 }]);
		t.is((await client.send(write, signal)).body, 1);
		t.is(seen.length, 3);
		t.deepEqual(clock.waits, [250, 500]);
		const { client: lasting, seen: tries } = setStage([passing, passing, passing, { status: 200 }]);
		const error = await refusal(t, lasting.send(read, signal));
		t.like(error, { problem: { code: 'E_FORGE_UNREACHABLE' }, retry: 'soon', isLost: false });
		t.is(tries.length, 3);
	});
}

for (const lost of [
	{ status: 500 },
	{ status: 502 },
	{ status: 503 },
	{ status: 504 },
	{ fails: 'ECONNRESET' },
	{ fails: 'UND_ERR_SOCKET' },
]) {
	test(`F3, F29 what creates something is not sent again once its answer is lost: ${JSON.stringify(lost)}`, async (t) => {
		const { client, seen } = setStage([lost, { status: 201 }]);
		const error = await refusal(t, client.send(create, signal));
		t.like(error, { problem: { code: 'E_FORGE_UNREACHABLE' }, retry: 'soon', isLost: true });
		t.is(seen.length, 1);
	});
}

test('what creates something is sent again where it surely never arrived', async (t) => {
	const refused = { fails: 'ECONNREFUSED' };
	const { client, seen } = setStage([refused, { fails: 'ENOTFOUND' }, { status: 201, body: 1 }]);
	t.is((await client.send(create, signal)).body, 1);
	t.is(seen.length, 3);
	const { client: away } = setStage([refused, refused, refused]);
	t.false((await refusal(t, away.send(create, signal))).isLost);
});

test('F3 a forge that hangs is given up after ten seconds, and is not asked again at once', async (t) => {
	for (const [request, isLost] of [
		[read, false],
		[create, true],
	] as const) {
		const { client, clock, seen } = setStage(['silence']);
		const pending = refusal(t, client.send(request, signal));
		await clock.advance(9_999);
		t.is(seen.length, 1);
		await clock.advance(1);
		const error = await pending;
		t.like(error, { problem: { code: 'E_FORGE_UNREACHABLE' }, retry: 'soon', isLost });
		t.true(error.problem.message.endsWith('does not answer: no answer within 10s'));
		t.is(seen.length, 1);
	}
});

test('a server that nobody vouches for is not asked again at once', async (t) => {
	const { client, seen } = setStage([{ fails: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }]);
	t.like(await refusal(t, client.send(create, signal)), { retry: 'soon', isLost: false });
	t.is(seen.length, 1);
});

test('an aborted signal ends a call with its reason, whatever it waits for', async (t) => {
	const reason = new Error('enough');
	const { client } = setStage([]);
	t.is(await t.throwsAsync(client.send(read, AbortSignal.abort(reason))), reason);
	const leaving = new AbortController();
	const { client: hanging } = setStage(['silence']);
	const pending = t.throwsAsync(hanging.send(read, leaving.signal));
	setImmediate(() => leaving.abort(reason));
	t.is(await pending, reason);
});
