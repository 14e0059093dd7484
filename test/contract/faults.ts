import test, { type ExecutionContext } from 'ava';
import type { Connection } from '../../src/kubernetes/connection.ts';
import {
	knownWeights,
	type PrivateSplits,
	startPrivateSplits,
	untilKnown,
	weightPatch,
} from '../support/fault-proxy/private-splits.ts';
import { cutAfterEvents } from '../support/fault-proxy/stream-edits.ts';

type Open = (t: ExecutionContext) => Promise<{ readonly connection: Connection }>;

/** What Spillway's client makes of trouble on the way to any API server, embedded or real. */
export function faultContract(name: string, open: Open): void {
	const start = async (t: ExecutionContext, options?: { readonly deadline?: number }) => {
		t.timeout(60_000);
		return startPrivateSplits(t, (await open(t)).connection, options);
	};
	watchContract(name, start);
	writeContract(name, start);
}

type Start = (t: ExecutionContext, options?: { readonly deadline?: number }) => Promise<PrivateSplits>;

/** Five changes, of which the client sees any number before its watch ends. */
async function makeChanges(splits: PrivateSplits): Promise<void> {
	await splits.create('one', 'two');
	await splits.setWeight('one', 2);
	await splits.remove('two');
	await splits.setWeight('one', 3);
}

function watchContract(name: string, start: Start): void {
	for (let seen = 0; seen <= 5; seen += 1) {
		test(`F-001 ${name}: a watch that the server ends after ${seen} of 5 events goes on without a list`, async (t) => {
			const splits = await start(t);
			const { proxy } = splits;
			proxy.rule({ watch: true, times: 1, fault: { kind: 'edit', edits: [cutAfterEvents(seen, 'end')] } });
			const log = splits.reflect();
			await log.until(() => log.count('alive') > 0);
			await makeChanges(splits);
			await untilKnown(log, { one: 3 });
			await proxy.until(() => proxy.watches().length > 1);
			t.is(proxy.lists().length, 1);
			t.is(log.count('reset'), 1);
			t.deepEqual(log.problems(), []);
			t.is(log.count('applied') + log.count('deleted'), 5, 'each event is told once');
		});
	}

	test(`F-002 ${name}: a watch that is half-open is torn down after its span of silence, and nothing is lost`, async (t) => {
		const splits = await start(t);
		const { proxy, clock } = splits;
		proxy.rule({ watch: true, times: 1, fault: { kind: 'edit', edits: [cutAfterEvents(1, 'hang')] } });
		const log = splits.reflect();
		await log.until(() => log.count('alive') > 0);
		await makeChanges(splits);
		await log.until(() => log.count('applied') === 1);
		t.is(proxy.watches().length, 1);
		await clock.advance(30_000);
		await untilKnown(log, { one: 3 });
		t.is(log.count('reset'), 1);
	});

	test(`F-003 ${name}: 410 at the start of a watch lists again, and what was deleted meanwhile goes`, async (t) => {
		const splits = await start(t);
		const { proxy } = splits;
		await splits.create('ghost');
		proxy.rule({ watch: true, times: 1, fault: { kind: 'edit', edits: [cutAfterEvents(0, 'hang')] } });
		proxy.rule({ watch: true, times: 1, fault: { kind: 'answer', status: 410, text: '{}' } });
		const log = splits.reflect();
		await log.until(() => log.count('alive') > 0);
		t.deepEqual([...knownWeights(log)], [['ghost', 1]]);
		await splits.remove('ghost');
		await splits.create('one');
		proxy.cut();
		await untilKnown(log, { one: 1 });
		t.is(log.count('reset'), 2);
		await splits.setWeight('one', 2);
		await untilKnown(log, { one: 2 });
		t.is(proxy.lists().length, 2);
	});
}

function writeContract(name: string, start: Start): void {
	const { signal } = new AbortController();

	test(`F-032 ${name}: a patch whose answer is lost is unknown, and reading back shows that it was applied once`, async (t) => {
		const splits = await start(t);
		const { proxy, cluster } = splits;
		await splits.create('one');
		const before = await cluster.read(splits.ref('one'), signal);
		proxy.rule({ method: 'PATCH', times: 1, fault: { kind: 'lose-answer' } });
		const patch = [
			...weightPatch(7),
			{
				op: 'replace',
				path: '/metadata/resourceVersion',
				value: before?.metadata.resourceVersion,
			} as const,
		];
		t.is((await cluster.patch(splits.ref('one'), patch, signal)).kind, 'unknown');
		t.deepEqual([...(await splits.live())], [['one', 7]]);
		t.is(proxy.history.filter(({ method }) => method === 'PATCH').length, 1);
		const again = await cluster.patch(splits.ref('one'), patch, signal);
		t.is(again.kind, 'conflict', 'the same patch cannot be applied twice');
	});

	test(`F-035 ${name}: a target that hangs for ever ends at the deadline and holds up no other`, async (t) => {
		const splits = await start(t, { deadline: 3_000 });
		const { proxy, cluster } = splits;
		const others = Array.from({ length: 20 }, (_, index) => `split-${index}`);
		await splits.create('hung', ...others);
		proxy.rule({ path: '/hung', fault: { kind: 'half-open', swallows: 'request' } });
		const order: string[] = [];
		const outcomes = await Promise.all(
			['hung', ...others].map(async (each) => {
				const { kind } = await cluster.patch(splits.ref(each), weightPatch(7), signal);
				order.push(each);
				return kind;
			}),
		);
		t.deepEqual(outcomes, ['unknown', ...others.map(() => 'written')]);
		t.is(order.at(-1), 'hung');
	});
}
