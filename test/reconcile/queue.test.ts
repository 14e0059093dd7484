import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { createQueue, type KeyedQueue } from '../../src/reconcile/queue.ts';
import { createVirtualClock, type VirtualClock } from '../../src/simulator/virtual-clock.ts';

interface Play {
	readonly clock: VirtualClock;
	readonly queue: KeyedQueue<string>;
	/** `key@milliseconds since the beginning`, for each run as it began. */
	readonly runs: readonly string[];
	readonly life: AbortController;
	readonly running: Promise<void>;
	/** The most that ran at the same time. */
	most(): number;
}

/** Runs a queue whose work takes as long as its key says after a dash: `a-500`. */
function startQueue(t: ExecutionContext): Play {
	const clock = createVirtualClock();
	const queue = createQueue<string>(clock);
	const begin = clock.now();
	const busy = new Set<string>();
	const runs: string[] = [];
	const life = new AbortController();
	t.teardown(() => life.abort());
	let most = 0;
	const work = async (key: string): Promise<void> => {
		t.false(busy.has(key), `${key} runs twice at once`);
		busy.add(key);
		most = Math.max(most, busy.size);
		runs.push(`${key}@${clock.now() - begin}`);
		await clock.sleep(Number(key.split('-')[1] ?? 0), new AbortController().signal);
		busy.delete(key);
	};
	return { clock, queue, runs, life, running: queue.run(work, life.signal), most: () => most };
}

test('what is added runs at once, also what was added before the start', async (t) => {
	const { clock, queue, runs } = startQueue(t);
	queue.add('a');
	await clock.advance(1);
	queue.add('b');
	await clock.advance(0);
	t.deepEqual(runs, ['a@0', 'b@1']);
});

test('a key that is added while it runs runs once more afterwards, however often it was added', async (t) => {
	const { clock, queue, runs } = startQueue(t);
	queue.add('a-100');
	await clock.advance(50);
	for (let count = 0; count < 5; count += 1) queue.add('a-100');
	await clock.advance(1_000);
	t.deepEqual(runs, ['a-100@0', 'a-100@100']);
});

test('a key runs at the earliest time it was asked for, and not before', async (t) => {
	const { clock, queue, runs } = startQueue(t);
	const begin = clock.now();
	queue.addAt('a', begin + 900);
	queue.addAt('a', begin + 300);
	queue.addAt('a', begin + 600);
	await clock.advance(299);
	t.deepEqual(runs, []);
	await clock.advance(5_000);
	t.deepEqual(runs, ['a@300']);
});

test('an earlier time that is asked for while it waits for a later one is kept', async (t) => {
	const { clock, queue, runs } = startQueue(t);
	const begin = clock.now();
	queue.addAt('a', begin + 10_000);
	await clock.advance(1_000);
	queue.addAt('b', begin + 2_000);
	await clock.advance(20_000);
	t.deepEqual(runs, ['b@2000', 'a@10000']);
});

test('no more than 10,000 run at a time, and all get their turn', async (t) => {
	const { clock, queue, runs, most } = startQueue(t);
	for (let index = 0; index < 12_000; index += 1) queue.add(`k${index}-100`);
	await clock.advance(10_000);
	t.is(most(), 10_000);
	t.is(new Set(runs).size, 12_000);
});

test('F-035 while 10,000 hang, a key that comes due waits without wearing the clock out', async (t) => {
	const { clock, queue, runs } = startQueue(t);
	for (let index = 0; index < 10_000; index += 1) queue.add(`k${index}-30000`);
	queue.addAt('late', clock.now() + 1_000);
	await clock.advance(29_999);
	t.false(runs.some((run) => run.startsWith('late')));
	await clock.advance(1);
	t.is(runs.at(-1), 'late@30000');
});

test('a removed key does not run, unless it is added again', async (t) => {
	const { clock, queue, runs } = startQueue(t);
	queue.addAt('a', clock.now() + 100);
	queue.addAt('b', clock.now() + 100);
	queue.remove('a');
	await clock.advance(1_000);
	queue.add('a');
	await clock.advance(0);
	t.deepEqual(runs, ['b@100', 'a@1000']);
});

test('at the end what is under way is waited for, and nothing new is begun', async (t) => {
	const { clock, queue, runs, life, running } = startQueue(t);
	queue.add('a-500');
	await clock.advance(100);
	let ended = false;
	void running.then(() => {
		ended = true;
	});
	life.abort();
	queue.add('b');
	await clock.advance(399);
	t.false(ended);
	await clock.advance(1);
	t.true(ended);
	t.deepEqual(runs, ['a-500@0']);
});

const step = fc.record({
	key: fc.constantFrom('a-0', 'b-7', 'c-40', 'd-100'),
	after: fc.nat(60),
	pass: fc.nat(30),
});

test('INV-24 whatever is asked for and when, a key never overlaps itself, and its last word is followed', async (t) => {
	await fc.assert(
		fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
			const { clock, queue, runs, life, running } = startQueue(t);
			const begin = clock.now();
			/** The time by which each key must have begun a run that saw its last word. */
			const asked = new Map<string, number>();
			for (const { key, after, pass } of steps) {
				if (after === 0) queue.add(key);
				else queue.addAt(key, clock.now() + after);
				asked.set(key, clock.now() - begin);
				await clock.advance(pass);
			}
			await clock.advance(5_000);
			for (const [key, at] of asked) {
				const last = runs.findLast((run) => run.startsWith(`${key}@`))?.split('@')[1];
				t.true(Number(last) >= at, `${key} ran last at ${last}, asked at ${at}`);
			}
			t.true(runs.length <= steps.length);
			life.abort();
			await running;
		}),
		{ numRuns: 60 },
	);
});
