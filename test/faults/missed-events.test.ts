import test from 'ava';
import { startEmbeddedSplits } from '../support/fault-proxy/embedded-splits.ts';
import { startFailover } from '../support/fault-proxy/failover.ts';
import { passTime } from '../support/fault-proxy/pass-time.ts';
import { knows, type PrivateSplits } from '../support/fault-proxy/private-splits.ts';
import { dropEvents, editEvents, holdBack } from '../support/fault-proxy/stream-edits.ts';

/** Five changes; the last two leave the same split different from what it was. */
async function makeChanges(splits: PrivateSplits): Promise<void> {
	await splits.create('one', 'two');
	await splits.setWeight('one', 2);
	await splits.remove('two');
	await splits.setWeight('one', 3);
}

for (let missed = 0; missed < 5; missed += 1) {
	test(`F-020, F-021 event ${missed + 1} of 5 that is never delivered is made up for within a minute`, async (t) => {
		const splits = await startEmbeddedSplits(t);
		const { proxy, clock } = splits;
		let passed = 0;
		const count = editEvents(({ text }) => {
			passed += 1;
			return [text];
		});
		const drop = dropEvents(({ index }) => index === missed);
		proxy.rule({ watch: true, times: 1, fault: { kind: 'edit', edits: [count, drop] } });
		const log = splits.reflect();
		await log.until(() => log.count('alive') > 0);
		await makeChanges(splits);
		t.true(await passTime(clock, 5_000, () => passed === 5));
		t.true(await passTime(clock, 61_000, () => knows(log, { one: 3 })));
		t.deepEqual(log.problems(), []);
	});
}

for (const merged of [1, 2, 3, 4]) {
	test(`F-022 ${merged + 1} changes seen as one end as the last of them`, async (t) => {
		const edit = dropEvents(({ index }) => index < merged);
		const { fleet, within, patched, carry, notices, pass } = await startFailover(t, {
			rules: [{ watch: true, path: '/endpointslices', fault: { kind: 'edit', edits: [edit] } }],
		});
		for (let change = 0; change <= merged; change += 1) fleet.setReady(0, change % 2 === 1);
		const ready = merged % 2 === 1;
		await within(5_000, () => (ready ? carry(1, 0) : carry(0, 1)));
		await pass(10_000);
		t.true(ready ? carry(1, 0) : carry(0, 1));
		t.is(patched().length, ready ? 0 : 1);
		t.false(notices.some(({ kind }) => kind === 'failed'));
	});
}

const kinds = ['/trafficsplits', '/services', '/endpointslices'] as const;

for (const slow of kinds) {
	test(`F-023 a stream of ${slow.slice(1)} far behind the others writes nothing wrong`, async (t) => {
		const gate = Promise.withResolvers<void>();
		const { fleet, within, patched, carry, pass } = await startFailover(t, {
			size: 3,
			rules: [{ watch: true, path: slow, fault: { kind: 'edit', edits: [holdBack(() => gate.promise)] } }],
		});
		for (const n of [0, 1, 2]) fleet.setReady(n, false);
		await pass(10_000);
		gate.resolve();
		await within(30_000, () => carry(0, 1));
		for (const n of [0, 1, 2]) fleet.setReady(n, true);
		await within(30_000, () => carry(1, 0));
		t.is(patched().length, 6);
	});
}
