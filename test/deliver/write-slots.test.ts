import test from 'ava';
import fc from 'fast-check';
import { boundWrites } from '../../src/deliver/write-slots.ts';
import type { PatchChange } from '../../src/model/change.ts';
import type { Move } from '../../src/model/move.ts';
import type { Receipt } from '../../src/model/receipt.ts';
import { aPatchChange, aShift } from '../support/changes.ts';

const { signal } = new AbortController();
const unchanged: Receipt = { kind: 'unchanged' };

/** A delivery whose answers the test gives, in the order the deliveries began. */
function startSlots(limit: number, most = limit) {
	const begun: { readonly policy: string; readonly end: (receipt?: Receipt) => void }[] = [];
	let atOnce = 0;
	let peak = 0;
	const slow = {
		async deliver({ policy }: PatchChange): Promise<Receipt> {
			atOnce += 1;
			peak = Math.max(peak, atOnce);
			const { promise, resolve } = Promise.withResolvers<Receipt>();
			begun.push({ policy, end: (receipt = unchanged) => resolve(receipt) });
			return await promise.finally(() => {
				atOnce -= 1;
			});
		},
	};
	const bounded = boundWrites(slow, { first: limit, most });
	const deliver = (policy: string, move: Move, life = signal): Promise<Receipt> =>
		bounded.deliver(aPatchChange({ policy, shift: aShift({ move }) }), life);
	return {
		begun,
		deliver,
		isBusy: bounded.isBusy,
		names: () => begun.map(({ policy }) => policy),
		peak: () => peak,
	};
}

/** Lets everything that can go on go on. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a failover goes before the failbacks that came earlier, each lane in its order', async (t) => {
	const { begun, deliver, names } = startSlots(1);
	const all = [
		deliver('first', 'failback'),
		deliver('back-1', 'failback'),
		deliver('back-2', 'failback'),
		deliver('over-1', 'failover'),
		deliver('over-2', 'failover'),
	];
	for (let next = 0; next < all.length; next += 1) {
		await settle();
		begun[next]?.end();
	}
	await Promise.all(all);
	t.deepEqual(names(), ['first', 'over-1', 'over-2', 'back-1', 'back-2']);
});

test('one that is aborted while it waits takes no slot', async (t) => {
	const { begun, deliver, names } = startSlots(1);
	const stop = new AbortController();
	const first = deliver('first', 'failover');
	const given = deliver('given-up', 'failover', stop.signal);
	const last = deliver('last', 'failback');
	stop.abort(new Error('stopped'));
	await t.throwsAsync(given, { message: 'stopped' });
	await settle();
	begun[0]?.end();
	await settle();
	begun[1]?.end();
	await Promise.all([first, last]);
	t.deepEqual(names(), ['first', 'last']);
	await t.throwsAsync(deliver('late', 'failover', stop.signal), { message: 'stopped' });
});

test('it is busy from the first delivery that begins to the last that ends', async (t) => {
	const { begun, deliver, isBusy } = startSlots(2);
	const seen = [isBusy()];
	const all = [deliver('one', 'failover'), deliver('two', 'failover'), deliver('three', 'failover')];
	for (let next = 0; next < all.length; next += 1) {
		await settle();
		seen.push(isBusy());
		begun[next]?.end();
	}
	await Promise.all(all);
	t.deepEqual([...seen, isBusy()], [false, true, true, true, false]);
});

test('a slot is free again after a delivery that throws', async (t) => {
	const bounded = boundWrites(
		{ deliver: () => Promise.reject(new Error('broken on purpose')) },
		{ first: 1, most: 1 },
	);
	await t.throwsAsync(bounded.deliver(aPatchChange(), signal), { message: 'broken on purpose' });
	await t.throwsAsync(bounded.deliver(aPatchChange(), signal), { message: 'broken on purpose' });
});

test('never more at once than the limit, and all of them in the end', async (t) => {
	await fc.assert(
		fc.asyncProperty(
			fc.integer({ min: 1, max: 4 }),
			fc.array(fc.constantFrom<Move>('failover', 'failback'), { maxLength: 20 }),
			async (limit, moves) => {
				const { begun, deliver, peak } = startSlots(limit);
				const all = moves.map((move, index) => deliver(String(index), move));
				for (let ended = 0; ended < moves.length; ended += 1) {
					await settle();
					begun[ended]?.end();
				}
				const receipts = await Promise.all(all);
				t.is(receipts.length, moves.length);
				t.true(peak() <= limit);
			},
		),
		{ numRuns: 50 },
	);
});

test('each that ends lets one more through, up to the most; after a rest it begins anew', async (t) => {
	const { begun, deliver, peak } = startSlots(1, 3);
	const play = async (count: number): Promise<readonly number[]> => {
		const before = begun.length;
		const all = Array.from({ length: count }, (_, index) => deliver(String(index), 'failover'));
		const waves: number[] = [];
		for (let ended = before; ended < before + count; ended += 1) {
			await settle();
			waves.push(begun.length - ended);
			begun[ended]?.end();
		}
		await Promise.all(all);
		return waves;
	};
	t.deepEqual(await play(6), [1, 2, 3, 3, 2, 1]);
	t.is(peak(), 3);
	t.deepEqual(await play(3), [1, 2, 1]);
});
