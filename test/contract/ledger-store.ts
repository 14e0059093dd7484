import test, { type ExecutionContext } from 'ava';
import type { LedgerStore } from '../../src/model/ports/ledger-store.ts';

/** What every store of a ledger does; `open` gives another access to the same place each time. */
export function ledgerStoreContract(
	name: string,
	start: (t: ExecutionContext) => Promise<() => LedgerStore>,
): void {
	const { signal } = new AbortController();

	test(`${name}: nothing saved is nothing loaded`, async (t) => {
		const open = await start(t);
		t.is(await open().load(signal), undefined);
	});

	for (const text of ['{}', '{"ü":"\\u0000"}\n', JSON.stringify({ long: 'x'.repeat(700_000) })]) {
		test(`${name}: what was saved is loaded again, after a restart as well: ${text.slice(0, 12)}`, async (t) => {
			const open = await start(t);
			const store = open();
			t.is(await store.load(signal), undefined);
			t.is(await store.save('{"first":true}', signal), 'saved');
			t.is(await store.save(text, signal), 'saved');
			t.is(await store.load(signal), text);
			t.is(await open().load(signal), text);
			t.is(await store.save('{}', signal), 'saved');
			t.is(await open().load(signal), '{}');
		});
	}

	test(`${name}: a text that was put aside does not stand in the way of the next`, async (t) => {
		const open = await start(t);
		const store = open();
		await store.load(signal);
		await store.save('garbage', signal);
		await store.putAside('garbage', signal);
		t.is(await store.save('{"fresh":true}', signal), 'saved');
		t.is(await open().load(signal), '{"fresh":true}');
	});

	test(`${name}: an aborted signal ends a load with its reason`, async (t) => {
		const open = await start(t);
		const reason = new Error('enough');
		t.is(await t.throwsAsync(open().load(AbortSignal.abort(reason))), reason);
	});
}
