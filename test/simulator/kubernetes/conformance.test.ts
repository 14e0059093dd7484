import { AssertionError } from 'node:assert/strict';
import test, { type ExecutionContext } from 'ava';
import type { ApiAccess } from '../../support/api-access.ts';
import { runConformanceCase } from '../../support/conformance.ts';
import { type ConformanceStep, conformanceCases } from '../../support/conformance-corpus.ts';
import { startEmbeddedApi } from '../../support/embedded-api.ts';

test('every case has an id of its own', (t) => {
	const ids = conformanceCases.map(({ id }) => id);
	t.deepEqual([...new Set(ids)], ids);
});

for (const conformanceCase of conformanceCases) {
	const { id, title } = conformanceCase;
	test(`${id}: ${title}`, async (t) => {
		const server = await startServer(t);
		await t.notThrowsAsync(runConformanceCase(server, conformanceCase));
	});
}

async function startServer(t: ExecutionContext) {
	const { api, clock, access } = await startEmbeddedApi(t);
	const controls = {
		compact: () => api.store.compact(),
		bookmark: () => api.watches.bookmark(),
		seconds: () => clock.advance(5_000),
	};
	return { prefix: 'conformance', access, controls };
}

const services = '/api/v1/namespaces/conformance-played/services';
const bookmarked = `${services}?allowWatchBookmarks=true`;
const removal: ConformanceStep = { request: `DELETE ${services}/web`, code: 200 };
const [added, deleted, bookmark] = [{ type: 'ADDED' }, { type: 'DELETED' }, { type: 'BOOKMARK' }];
const isOther = { instanceOf: AssertionError, message: /event\.type/ };

/** Plays these steps with a Service `web`. */
async function play(
	t: ExecutionContext,
	steps: readonly ConformanceStep[],
	wrap: (access: ApiAccess) => ApiAccess = (access) => access,
): Promise<void> {
	const server = await startServer(t);
	const played = { id: 'played', title: '', given: ['web'], steps };
	await runConformanceCase({ ...server, access: wrap(server.access) }, played);
}

test('a bookmark that a case does not name is passed over, between two events and before the end', async (t) => {
	await t.notThrowsAsync(
		play(t, [
			{ watch: `${bookmarked}&timeoutSeconds=5` },
			{ control: 'bookmark' },
			{ control: 'bookmark' },
			removal,
			{ events: [added, deleted] },
			{ control: 'bookmark' },
			{ control: 'seconds' },
			{ ended: true },
		]),
	);
});

test('a bookmark that a case names has to come, in its place', async (t) => {
	const events = { events: [added, bookmark, deleted] };
	await t.notThrowsAsync(play(t, [{ watch: bookmarked }, { control: 'bookmark' }, removal, events]));
	await t.throwsAsync(play(t, [{ watch: bookmarked }, removal, { control: 'bookmark' }, events]), isOther);
});

test('a plain bookmark is not the end of a streamed list, and that end is not passed over', async (t) => {
	const end = { ...bookmark, object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } } };
	const plain = play(t, [{ watch: bookmarked }, { control: 'bookmark' }, { events: [added, end] }]);
	await t.throwsAsync(plain, { instanceOf: AssertionError, message: /annotations/ });
	const streamed = `${bookmarked}&sendInitialEvents=true&resourceVersionMatch=NotOlderThan`;
	await t.throwsAsync(play(t, [{ watch: streamed }, removal, { events: [added, deleted] }]), isOther);
});

test('a bookmark on a watch that did not ask for any is an event like all others', async (t) => {
	const steps = [
		{ watch: services },
		{ control: 'bookmark' } as const,
		removal,
		{ events: [added, deleted] },
	];
	await t.notThrowsAsync(play(t, steps));
	const unasked = play(t, steps, (access) => ({
		...access,
		watch: (path) => access.watch(`${path}?allowWatchBookmarks=true`),
	}));
	await t.throwsAsync(unasked, isOther);
});
