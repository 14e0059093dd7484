import test from 'ava';
import { createSightings } from '../../../src/cli/demo/sightings.ts';

const never = new AbortController().signal;

test('what was seen before anybody asked is found, the first that matches', async (t) => {
	const sightings = createSightings<number>();
	for (const value of [1, 2, 4]) sightings.add(value);
	t.is((await sightings.find(0, (value) => value % 2 === 0, never)).value, 2);
});

test('what was seen before `since` does not count', async (t) => {
	const sightings = createSightings<string>();
	sightings.add('early');
	const { at } = await sightings.find(0, () => true, never);
	const stop = new AbortController();
	const found = sightings.find(at + 60_000, () => true, stop.signal);
	sightings.add('still early');
	stop.abort(new Error('nothing since'));
	await t.throwsAsync(found, { message: 'nothing since' });
});

test('waiting ends with what matches, and listens no longer', async (t) => {
	const sightings = createSightings<number>();
	let asked = 0;
	const found = sightings.find(0, (value) => ++asked > 0 && value === 2, never);
	for (const value of [1, 2, 3]) sightings.add(value);
	t.is((await found).value, 2);
	t.is(asked, 2);
});

test('waiting ends with the signal, and listens no longer', async (t) => {
	const sightings = createSightings<number>();
	const stop = new AbortController();
	let asked = 0;
	const found = sightings.find(0, () => ++asked > 1, stop.signal);
	sightings.add(1);
	stop.abort(new Error('enough'));
	sightings.add(2);
	await t.throwsAsync(found, { message: 'enough' });
	t.is(asked, 1);
	t.throws(() => sightings.find(0, () => true, stop.signal), { message: 'enough' });
});

test('a listener hears each one until it stops', (t) => {
	const sightings = createSightings<number>();
	const heard: number[] = [];
	const stop = sightings.listen(({ value }) => heard.push(value));
	sightings.add(1);
	stop();
	sightings.add(2);
	t.deepEqual(heard, [1]);
});
