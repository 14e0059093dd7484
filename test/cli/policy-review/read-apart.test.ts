import test from 'ava';
import { maxChangedBytes } from '../../../src/cli/policy-review/merged-view.ts';
import { createReadApart, type ReadingLimits } from '../../../src/cli/policy-review/read-apart.ts';
import type { ReadChange } from '../../../src/cli/policy-review/read-change.ts';
import { systemClock } from '../../../src/cli/system-clock.ts';
import type { FileChanges } from '../../../src/simulator/memory-history.ts';
import { createMemoryRepository, type MemoryRepository } from '../../../src/simulator/memory-repository.ts';
import { configFiles } from '../../support/config-repository.ts';
import { writePolicy } from '../../support/policy-documents.ts';
import { readHere } from '../../support/policy-review-stage.ts';

const { signal } = new AbortController();

async function stage(changes: FileChanges) {
	const repository = createMemoryRepository({ files: configFiles });
	const base = await repository.refresh(signal);
	const head = repository.commitDirectly(changes, 'a change', {}, 'change');
	const change = { base, head, files: await repository.differences(base, head, signal) };
	const apart = (limits: ReadingLimits = {}, from: MemoryRepository = repository, life = signal) =>
		createReadApart(systemClock, limits)(from, change, life);
	const here = (read: ReadChange = readHere) => read(repository, change, signal);
	return { repository, apart, here };
}

/** Takes a second and more to parse. */
const slow = `a: [${'b,'.repeat(120_000)}]\n`;

test('a thread reads the same as is read without one', async (t) => {
	const { apart, here } = await stage({
		'policies/web.yaml': writePolicy('web', 'web', 'mode: Paused'),
		'policies/new.yaml': writePolicy('new', 'new'),
		'policies/api.yaml': null,
		'README.md': 'hello\n',
	});
	const reading = await apart();
	t.is(reading.news.length, 1);
	t.deepEqual(reading, await here());
});

test('what takes long to read does not hold the process up', async (t) => {
	const { apart } = await stage({ 'policies/slow.yaml': slow });
	let turns = 0;
	const count = () => {
		turns += 1;
		next = setImmediate(count);
	};
	let next = setImmediate(count);
	const reading = await apart();
	clearImmediate(next);
	t.true(reading.news.length > 0);
	t.true(turns > 100, `${turns} turns`);
});

test('what takes too long to read is given up, as too much', async (t) => {
	const { apart } = await stage({ 'policies/slow.yaml': slow });
	t.like(await t.throwsAsync(apart({ patience: 1 })), { problem: { code: 'E_LIMIT' } });
});

test('what takes too much memory to read is given up, as too much, and the process lives on', async (t) => {
	const { apart } = await stage({ 'policies/slow.yaml': slow });
	t.like(await t.throwsAsync(apart({ memory: 4 })), { problem: { code: 'E_LIMIT' } });
});

test('more than is read of one pull request is told as such', async (t) => {
	const size = 1 + Math.ceil(maxChangedBytes / 262_144);
	const { apart } = await stage(
		Object.fromEntries(
			Array.from({ length: size }, (_, index) => [
				`policies/${index}.yaml`,
				`# ${'x'.repeat(262_144 + index)}`,
			]),
		),
	);
	t.like(await t.throwsAsync(apart()), { problem: { code: 'E_LIMIT' } });
});

test('what is wrong with the repository is told as it is', async (t) => {
	const { repository, apart } = await stage({ 'README.md': 'hello\n' });
	const fault = new TypeError('a fault');
	await t.throwsAsync(apart({}, { ...repository, files: () => Promise.reject(fault) }), {
		message: /TypeError: a fault/,
	});
});

test('an abort ends the thread', async (t) => {
	const { repository, apart } = await stage({ 'README.md': 'hello\n' });
	const stop = new AbortController();
	const never = { ...repository, files: async () => await new Promise<never>(() => undefined) };
	const reading = apart({}, never, stop.signal);
	stop.abort(new Error('enough'));
	await t.throwsAsync(reading, { message: 'enough' });
});
