import test, { type ExecutionContext } from 'ava';
import { createForgeClient, type ForgeClient, type ForgeRequest } from '../../../src/forge/http/client.ts';
import { ForgeError } from '../../../src/model/ports/forge.ts';
import { createVirtualClock, type VirtualClock } from '../../../src/simulator/virtual-clock.ts';
import { type ScriptedAnswer, type SeenRequest, scriptFetch } from '../../support/scripted-fetch.ts';

const { signal } = new AbortController();
const read: ForgeRequest = { method: 'GET', path: '/x', what: 'read' };
const create: ForgeRequest = { method: 'POST', path: '/x', what: 'make', creates: true };
const start = createVirtualClock().now();
const epoch = (span: number): string => String(Math.floor((start + span) / 1_000));

interface Stage {
	readonly client: ForgeClient;
	readonly clock: VirtualClock;
	readonly seen: readonly SeenRequest[];
}

function setStage(answers: readonly ScriptedAnswer[], pacing?: number): Stage {
	const clock = createVirtualClock();
	const { fetch, seen } = scriptFetch(answers);
	const tokens = { token: async () => 'token' };
	const place = { kind: 'GitHub', place: 'https://forge.example', baseUrl: 'https://forge.example' } as const;
	const pace = pacing === undefined ? {} : { pacing };
	const client = createForgeClient({ ...place, tokens, fetch, clock, random: () => 0, ...pace });
	return { client, clock, seen };
}

async function refusal(t: ExecutionContext, call: Promise<unknown>): Promise<ForgeError> {
	const error = await t.throwsAsync(call);
	if (!(error instanceof ForgeError)) throw new TypeError(`no ForgeError: ${error}`, { cause: error });
	return error;
}

const minute = 60_000;
const fine = { status: 200, body: 1 };

for (const [what, answer, span] of [
	['Retry-After in seconds', { status: 429, headers: { 'retry-after': '90' } }, 90_000],
	[
		'Retry-After as a date',
		{ status: 429, headers: { 'retry-after': new Date(start + 30_000).toUTCString() } },
		30_000,
	],
	[
		'Retry-After as a date by a clock that is an hour ahead',
		{
			status: 403,
			headers: {
				'retry-after': new Date(start + 61 * minute).toUTCString(),
				date: new Date(start + 60 * minute).toUTCString(),
			},
		},
		minute,
	],
	[
		'GitHub’s primary limit',
		{ status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': epoch(40 * minute) } },
		40 * minute,
	],
	[
		'GitLab’s limit',
		{ status: 429, headers: { 'ratelimit-remaining': '0', 'ratelimit-reset': epoch(minute) } },
		minute,
	],
	[
		'a reset in seconds from now',
		{ status: 429, headers: { 'ratelimit-remaining': '0', 'ratelimit-reset': '45' } },
		45_000,
	],
	[
		'GitHub’s secondary limit in words',
		{ status: 403, body: { message: 'You have exceeded a secondary rate limit.' } },
		minute,
	],
	['a limit that says nothing else', { status: 429 }, minute],
	[
		'a reset that is over',
		{ status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': epoch(-minute) } },
		1_000,
	],
	['a wait of years', { status: 429, headers: { 'retry-after': '999999999' } }, 24 * 60 * minute],
] as const) {
	test(`F4, F-130 ${what} is waited for, and nothing is sent before`, async (t) => {
		const { client, clock, seen } = setStage([answer, fine]);
		const error = await refusal(t, client.send(read, signal));
		t.like(error, { problem: { code: 'E_FORGE_LIMITED' }, retry: 'soon', retryAfter: span, isLost: false });
		await clock.advance(span - 1);
		for (const request of [read, create, { ...read, expected: [403, 429] }]) {
			const pending = refusal(t, client.send(request, signal));
			t.like(await pending, { problem: { code: 'E_FORGE_LIMITED' }, retryAfter: 1, isLost: false });
		}
		t.is(seen.length, 1);
		await clock.advance(1);
		t.is((await client.send(read, signal)).body, 1);
		t.is(seen.length, 2);
	});
}

test('F4 a forge in maintenance that says until when is left alone until then', async (t) => {
	const { client, clock, seen } = setStage([{ status: 503, headers: { 'retry-after': '120' } }, fine]);
	const error = await refusal(t, client.send(read, signal));
	t.like(error, { problem: { code: 'E_FORGE_UNREACHABLE' }, retryAfter: 120_000 });
	await clock.advance(119_999);
	await refusal(t, client.send(read, signal));
	t.is(seen.length, 1);
	await clock.advance(1);
	t.is((await client.send(read, signal)).body, 1);
});

test('F6 a refusal for want of a right is no limit', async (t) => {
	for (const headers of [{}, { 'x-ratelimit-remaining': '12', 'x-ratelimit-reset': epoch(minute) }]) {
		const { client, seen } = setStage([{ status: 403, headers }, fine]);
		t.is((await refusal(t, client.send(read, signal))).problem.code, 'E_FORGE_RIGHTS');
		t.is((await client.send(read, signal)).body, 1);
		t.is(seen.length, 2);
	}
});

test('F4 a limit is one even where the caller expects its status', async (t) => {
	const { client } = setStage([{ status: 403, headers: { 'retry-after': '5' } }]);
	const error = await refusal(t, client.send({ ...read, expected: [403] }, signal));
	t.is(error.problem.code, 'E_FORGE_LIMITED');
});

test('F4 a limit that was told of in a body holds as well, and the longest of several', async (t) => {
	const { client, clock, seen } = setStage([fine]);
	client.hold(5_000);
	client.hold(1_000);
	t.is((await refusal(t, client.send(read, signal))).retryAfter, 5_000);
	await clock.advance(5_000);
	await client.send(read, signal);
	t.is(seen.length, 1);
});

test('calls that create something are a second apart, in their order; others are not kept', async (t) => {
	const { client, clock, seen } = setStage(Array.from({ length: 9 }, () => fine));
	const bodies = ['a', 'b', 'c'].map((body) => client.send({ ...create, body }, signal));
	await client.send(read, signal);
	t.is(seen.length, 2);
	await clock.advance(999);
	t.is(seen.length, 2);
	await clock.advance(1);
	t.is(seen.length, 3);
	await clock.advance(1_000);
	await Promise.all(bodies);
	t.deepEqual(
		seen.flatMap(({ body }) => body ?? []),
		['"a"', '"b"', '"c"'],
	);
});

test('a forge of one’s own may do without the pace', async (t) => {
	const { client, seen } = setStage([fine, fine, fine], 0);
	await Promise.all([1, 2, 3].map((body) => client.send({ ...create, body }, signal)));
	t.is(seen.length, 3);
});

test('F4 who waits for a turn sends nothing once there is a limit', async (t) => {
	const { client, clock, seen } = setStage([{ status: 429, headers: { 'retry-after': '60' } }, fine]);
	const both = [client.send(create, signal), client.send(create, signal)].map((call) => refusal(t, call));
	await clock.advance(1_000);
	for (const error of await Promise.all(both)) t.is(error.problem.code, 'E_FORGE_LIMITED');
	t.is(seen.length, 1);
});
