import test from 'ava';
import { startFailover } from '../support/fault-proxy/failover.ts';

test('F-029 a server that says when to come again is not asked earlier, and asked once more by then', async (t) => {
	const { api, pass, proxy, fleet, within, patched, carry } = await startFailover(t);
	const limited = { status: 429, text: '{}', headers: { 'retry-after': '20' } };
	proxy.rule({ method: 'PATCH', times: 1, fault: { kind: 'answer', ...limited } });
	fleet.setReady(0, false);
	await within(5_000, () => patched().length === 1);
	// Whatever is seen meanwhile.
	const service = {
		group: '',
		plural: 'services',
		namespace: fleet.policies[0]?.namespace ?? '',
		name: 'web-0',
	};
	api.store.patch(service, 'application/merge-patch+json', { metadata: { labels: { changed: 'yes' } } });
	await pass(19_000);
	t.is(patched().length, 1);
	await within(4_000, () => carry(0, 1));
	t.is(patched().length, 2);
});

for (const status of [500, 502, 503, 504]) {
	test(`F-031 a patch answered ${status} three times is sent again, and arrives`, async (t) => {
		const { proxy, fleet, within, patched, carry, events } = await startFailover(t);
		proxy.rule({ method: 'PATCH', times: 3, fault: { kind: 'answer', status, text: 'no JSON' } });
		fleet.setReady(0, false);
		await within(35_000, () => carry(0, 1) && events().includes('Failover'));
		t.is(patched().length, 4);
	});
}

test('F-031 a decision that is no longer right when the server recovers is not sent again', async (t) => {
	const { proxy, fleet, within, patched, carry, notices, pass } = await startFailover(t);
	const ill = proxy.rule({ method: 'PATCH', fault: { kind: 'answer', status: 503, text: '' } });
	fleet.setReady(0, false);
	await within(35_000, () => ill.struck() === 2);
	fleet.setReady(0, true);
	await within(35_000, () => notices.at(-1)?.kind === 'held');
	ill.lift();
	const sent = patched().length;
	await pass(20_000);
	t.true(carry(1, 0));
	t.is(patched().length, sent);
});

test('F-032 a patch whose answer is lost is not sent again, and makes one Event', async (t) => {
	const { proxy, fleet, within, patched, carry, events, pass } = await startFailover(t);
	proxy.rule({ method: 'PATCH', times: 1, fault: { kind: 'lose-answer' } });
	fleet.setReady(0, false);
	await within(35_000, () => carry(0, 1) && events().length > 0);
	await pass(20_000);
	t.deepEqual(patched(), ['web-0']);
	t.deepEqual(events(), ['Failover']);
});

test('F-033 a patch that is lost on the way is sent again', async (t) => {
	const { proxy, fleet, within, patched, carry } = await startFailover(t);
	proxy.rule({ method: 'PATCH', times: 1, fault: { kind: 'lose-request' } });
	fleet.setReady(0, false);
	await within(35_000, () => carry(0, 1));
	t.deepEqual(patched(), ['web-0', 'web-0']);
});

test('F-034 a patch that arrives after its deadline, and after a newer decision, changes nothing', async (t) => {
	const { proxy, fleet, within, patched, carry, pass } = await startFailover(t, { deadline: 2_000 });
	const gate = Promise.withResolvers<void>();
	proxy.rule({
		method: 'PATCH',
		times: 1,
		fault: { kind: 'delay', moment: 'request', until: () => gate.promise },
	});
	fleet.setReady(0, false);
	await within(120_000, () => patched().length === 2 && carry(0, 1));
	fleet.setReady(0, true);
	await within(35_000, () => carry(1, 0));
	gate.resolve();
	const late = proxy.history.find(({ method }) => method === 'PATCH');
	await proxy.until(() => late?.answer !== undefined);
	t.is(late?.answer?.status, 409);
	await pass(20_000);
	t.true(carry(1, 0));
	t.is(patched().length, 3);
});

test('F-035 a target that hangs for ever holds up none of the others', async (t) => {
	const { proxy, fleet, within, patched, notices } = await startFailover(t, { size: 20, deadline: 5_000 });
	proxy.rule({ path: '/trafficsplits/web-0', fault: { kind: 'half-open', swallows: 'request' } });
	const others = fleet.policies.map((_, n) => n).slice(1);
	for (const n of [0, ...others]) fleet.setReady(n, false);
	await within(5_000, () => others.every((n) => fleet.weights(n).join() === '0,1'));
	t.deepEqual(fleet.weights(0), [1, 0]);
	t.is(patched().filter((name) => name === 'web-0').length, 1);
	await within(60_000, () => notices.filter(({ kind }) => kind === 'converged').length === others.length);
	t.is(patched().length, 20);
});

for (const [what, fault] of [
	['are refused', { kind: 'answer', status: 403, text: '{}' }],
	['fail', { kind: 'answer', status: 500, text: '{}' }],
	['hang', { kind: 'half-open', swallows: 'request' }],
] as const) {
	test(`F-036 Events that ${what} hold up no failover`, async (t) => {
		const { proxy, fleet, within, carry, notices } = await startFailover(t, { size: 3, deadline: 5_000 });
		const events = proxy.rule({ method: 'POST', path: '/events', fault });
		for (const n of [0, 1, 2]) fleet.setReady(n, false);
		await within(5_000, () => carry(0, 1));
		await within(5_000, () => events.struck() === 3);
		for (const n of [0, 1, 2]) fleet.setReady(n, true);
		await within(5_000, () => carry(1, 0));
		t.false(notices.some(({ kind }) => kind === 'failed'));
	});
}
