import test from 'ava';
import { createEmbeddedApi } from '../../src/simulator/kubernetes/embedded-api.ts';
import { readConnection } from '../support/api-access.ts';
import { startFailover } from '../support/fault-proxy/failover.ts';

test('F-049 a server that closes each connection after its answer loses no write', async (t) => {
	const closing = { connection: 'close' };
	const { proxy, fleet, within, patched, carry, notices } = await startFailover(t, {
		size: 5,
		rules: [{ watch: false, fault: { kind: 'edit', edits: [], headers: closing } }],
	});
	for (const n of [0, 1, 2, 3, 4]) fleet.setReady(n, false);
	await within(10_000, () => carry(0, 1));
	for (const n of [0, 1, 2, 3, 4]) fleet.setReady(n, true);
	await within(10_000, () => carry(1, 0));
	t.is(patched().length, 10);
	t.false(notices.some(({ kind }) => kind === 'failed' || kind === 'problem'));
	const patches = proxy.history.filter(({ method }) => method === 'PATCH');
	t.is(new Set(patches.map(({ connection }) => connection)).size, 10);
});

test('F-050 three replicas that restart in turn leave nothing undecided for 5 s, and cost one list each at most', async (t) => {
	const { pass, api, clock, proxy, fleet, within, patched, carry } = await startFailover(t, { size: 3 });
	for (const round of [1, 2, 3]) {
		const replica = await createEmbeddedApi({ clock, name: 'east', store: api.store });
		t.teardown(replica.close);
		proxy.switchTo(readConnection(replica.kubeconfig('east')));
		const restarted = proxy.refuse();
		const down = round % 2 === 1;
		for (const n of [0, 1, 2]) fleet.setReady(n, !down);
		await pass(1_000);
		restarted();
		await within(5_000, () => (down ? carry(0, 1) : carry(1, 0)));
		await pass(5_000);
	}
	t.is(patched().length, 9);
	for (const plural of ['endpointslices', 'services', 'trafficsplits']) {
		const lists = proxy.lists().filter(({ url }) => url.pathname.endsWith(`/${plural}`));
		t.true(lists.length <= 1 + 3, 'one at the start, and one for each replica at most');
	}
});

test('F-051 an API that is down for an hour leaves everything as it is, and is made up for when it is back', async (t) => {
	const { clock, proxy, fleet, within, patched, carry, notices } = await startFailover(t, { size: 3 });
	const lift = proxy.refuse();
	for (const n of [0, 1, 2]) fleet.setReady(n, false);
	for (let minute = 0; minute < 60; minute += 1) {
		for (const _ of [1, 2, 3]) {
			await clock.advance(20_000);
			await new Promise((resolve) => setTimeout(resolve, 1));
		}
	}
	t.true(carry(1, 0));
	t.false(notices.some(({ kind }) => kind === 'decided'));
	lift();
	await within(40_000, () => carry(0, 1));
	t.deepEqual([...patched()].sort(), ['web-0', 'web-1', 'web-2']);
});

for (const done of [0, 1, 2, 3, 4]) {
	test(`F-052 a process that dies after ${done} of 5 patches leaves the rest to the next, which sends no other`, async (t) => {
		const { proxy, fleet, within, patched, carry, pass, restart, notices } = await startFailover(t, {
			size: 5,
		});
		const lost = proxy.rule({
			method: 'PATCH',
			after: done,
			fault: { kind: 'half-open', swallows: 'request' },
		});
		for (const n of [0, 1, 2, 3, 4]) fleet.setReady(n, false);
		await within(5_000, () => lost.struck() === 5 - done);
		await within(5_000, () => notices.filter(({ kind }) => kind === 'converged').length === done);
		const first = patched();
		lost.lift();
		await restart();
		await within(35_000, () => carry(0, 1));
		await pass(20_000);
		t.is(patched().length, 5 + (5 - done));
		t.deepEqual([...patched().slice(5)].sort(), [...first.slice(done)].sort());
	});
}

test('F-039 writes that an admission webhook holds up take no room from the others, and arrive in the end', async (t) => {
	const { proxy, fleet, within, carry, patched } = await startFailover(t, { size: 20, deadline: 3_000 });
	const slow = new Set(Array.from({ length: 8 }, (_, n) => `web-${n}`));
	const held = proxy.rule({
		method: 'PATCH',
		where: ({ url }) => slow.has(url.pathname.split('/').at(-1) ?? ''),
		times: slow.size,
		fault: { kind: 'half-open', swallows: 'request' },
	});
	const numbers = fleet.policies.map((_, n) => n);
	for (const n of numbers) fleet.setReady(n, false);
	await within(5_000, () => numbers.slice(8).every((n) => fleet.weights(n).join() === '0,1'));
	t.is(held.struck(), 8);
	await within(600_000, () => carry(0, 1));
	t.is(patched().length, 28);
});

test('F-047 rights that are taken away and given back stop the writes and let them go on', async (t) => {
	const { proxy, fleet, within, carry, notices, pass } = await startFailover(t);
	const forbidden = { status: 403, text: '{"message":"trafficsplits is forbidden: User cannot patch"}' };
	const revoked = proxy.rule({ method: 'PATCH', fault: { kind: 'answer', ...forbidden } });
	fleet.setReady(0, false);
	await within(5_000, () => notices.some(({ kind }) => kind === 'failed'));
	await within(300_000, () => revoked.struck() === 5);
	t.true(carry(1, 0));
	t.is(notices.filter(({ kind }) => kind === 'failed').length, 1, 'told once');
	revoked.lift();
	await within(35_000, () => carry(0, 1));
	await pass(10_000);
	t.true(carry(0, 1));
});
