import test from 'ava';
import { readConnection } from '../support/api-access.ts';
import { startEmbeddedApi } from '../support/embedded-api.ts';
import { startEmbeddedSplits } from '../support/fault-proxy/embedded-splits.ts';
import { startFailover } from '../support/fault-proxy/failover.ts';
import type { RecordedAnswer } from '../support/fault-proxy/fault.ts';
import { passTime } from '../support/fault-proxy/pass-time.ts';
import { knows, untilKnown } from '../support/fault-proxy/private-splits.ts';
import { editEvents } from '../support/fault-proxy/stream-edits.ts';
import { aNamespace, aSplit, createObjects } from '../support/kubernetes-objects.ts';

const last = 5;

for (let lag = 1; lag <= last; lag += 1) {
	test(`F-016 a replica that lags by ${lag} changes is not believed`, async (t) => {
		const splits = await startEmbeddedSplits(t);
		const { proxy } = splits;
		const snapshots: RecordedAnswer[] = [];
		await splits.create('one');
		const log = splits.reflect();
		await log.until(() => log.count('alive') > 0);
		for (let weight = 2; weight <= last + 1; weight += 1) {
			snapshots.push(await splits.snapshot());
			await splits.setWeight('one', weight);
		}
		await untilKnown(log, { one: last + 1 });
		const old = snapshots[last - lag];
		if (old === undefined) return t.fail();
		const late = { status: 504, text: '{"message":"Too large resource version"}' };
		proxy.rule({ watch: true, times: 1, fault: { kind: 'answer', ...late } });
		proxy.rule({ watch: true, times: 1, fault: { kind: 'answer', status: 410, text: '{}' } });
		proxy.rule({ method: 'GET', watch: false, times: 3, fault: { kind: 'answer', ...old } });
		const told = log.changes.length;
		proxy.cut();
		await log.until(() => log.count('reset') === 2);
		t.is(proxy.lists().length, 5);
		t.deepEqual(
			log.problems().flatMap(({ code }) => (code === 'W_LIST_STALE' ? [code] : [])),
			['W_LIST_STALE', 'W_LIST_STALE', 'W_LIST_STALE'],
		);
		const since = log.changes.slice(told);
		t.is(since.filter(({ kind }) => kind === 'applied' || kind === 'deleted').length, 0);
		await untilKnown(log, { one: last + 1 });
	});
}

test('F-016 an event that is older than what is known undoes no failover', async (t) => {
	const seen: string[] = [];
	const edit = editEvents(({ text }) => {
		seen.push(text);
		return seen.length === 3 ? [text, seen[1] ?? ''] : [text];
	});
	const { fleet, within, patched, carry, pass } = await startFailover(t, {
		rules: [{ watch: true, path: '/endpointslices', fault: { kind: 'edit', edits: [edit] } }],
	});
	fleet.setReady(0, false);
	await within(5_000, () => carry(0, 1));
	fleet.setReady(0, true);
	await within(5_000, () => carry(1, 0));
	fleet.setReady(0, false);
	await within(5_000, () => carry(0, 1));
	t.is(seen.length, 3);
	await pass(5_000);
	t.true(carry(0, 1));
	t.is(patched().length, 3);
});

test('F-017 a server restored from a backup, whose versions begin anew, is believed in the end', async (t) => {
	const splits = await startEmbeddedSplits(t);
	const { proxy, clock, collection } = splits;
	await splits.create('one', 'newer');
	const log = splits.reflect();
	await log.until(() => log.count('alive') > 0);
	for (let weight = 2; weight <= 30; weight += 1) await splits.setWeight('one', weight);
	await untilKnown(log, { newer: 1, one: 30 });
	const { api: restored } = await startEmbeddedApi(t);
	const { namespace = '' } = collection;
	createObjects(restored.store, aNamespace(namespace), aSplit({ metadata: { name: 'one', namespace } }));
	proxy.switchTo(readConnection(restored.kubeconfig('east')));
	proxy.cut();
	t.true(await passTime(clock, 120_000, () => knows(log, { one: 1 })));
	t.true(log.problems().some(({ code }) => code === 'W_LIST_STALE'));
	createObjects(restored.store, aSplit({ metadata: { name: 'later', namespace } }));
	await untilKnown(log, { later: 1, one: 1 });
});
