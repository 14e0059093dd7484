import test from 'ava';
import { createContention } from '../../src/deliver/contention.ts';

const middle = () => 0.5;

test('a branch without others delays nothing', (t) => {
	const contention = createContention(middle);
	for (let now = 0; now < 10; now += 1) {
		t.is(contention.courtesy(now), 0);
		contention.note('pushed', 100, now);
	}
	t.is(contention.races(10), 0);
});

test('one lost race is tried again at once, and others wait a little', (t) => {
	const contention = createContention(middle);
	contention.note('raced', 100, 0);
	t.is(contention.pause(0), 0);
	contention.note('raced', 100, 1);
	t.is(contention.pause(1), 50);
	t.is(contention.races(1), 2);
});

test('whoever usually loses several races lets others go first after a win, and until the branch is quiet', (t) => {
	const contention = createContention(middle);
	for (let commit = 0; commit < 8; commit += 1) {
		for (let race = 0; race < 7; race += 1) contention.note('raced', 100, commit);
		contention.note('pushed', 100, commit);
	}
	const courtesy = contention.courtesy(8);
	t.true(courtesy > 300 && courtesy < 525, String(courtesy));
	t.is(contention.courtesy(10_000), 0);
	t.is(contention.courtesy(8), 0);
});

test('the longer a change has waited, the sooner it is tried again', (t) => {
	const contention = createContention(middle);
	for (let commit = 0; commit < 8; commit += 1) {
		for (let race = 0; race < 7; race += 1) contention.note('raced', 100, commit);
		contention.note('pushed', 100, commit);
	}
	const pauses: number[] = [];
	for (let race = 0; race < 6; race += 1) {
		contention.note('raced', 100, 8);
		pauses.push(contention.pause(8));
	}
	t.deepEqual(
		pauses,
		pauses.toSorted((a, b) => b - a),
	);
	t.true((pauses[0] ?? 0) > 3 * (pauses.at(-1) ?? 0));
});

test('a courtesy has its bound, and a refusal counts no races', (t) => {
	const contention = createContention(middle);
	for (let race = 0; race < 500; race += 1) contention.note('raced', 60_000, 0);
	contention.note('pushed', 60_000, 0);
	t.is(contention.courtesy(0), 2_250);
	contention.note('raced', 100, 0);
	contention.note('refused', 100, 0);
	t.is(contention.races(0), 0);
});

test('a row of lost races that came to no push counts for a try right after it, and for none long after', (t) => {
	const contention = createContention(middle);
	for (let race = 1; race <= 100; race += 1) contention.note('raced', 100, race * 100);
	t.is(contention.races(25_000), 100, 'given up, and tried again soon');
	t.true(contention.pause(25_000) > 0);
	const later = 3_600_000;
	t.is(contention.races(later), 0);
	t.is(contention.pause(later), 0);
	contention.note('raced', 100, later);
	t.deepEqual([contention.races(later), contention.pause(later)], [1, 0], 'the first of a new row');
	contention.note('pushed', 100, later);
	t.is(contention.courtesy(later), 0);
});

test('a slow try belongs to the row that it began in', (t) => {
	const contention = createContention(middle);
	contention.note('raced', 100, 0);
	contention.note('raced', 10_000, 25_000);
	t.is(contention.races(25_000), 2);
});
