import test from 'ava';
import { createCommitOrder } from '../../../src/deliver/syncer/commit-order.ts';
import type { Ancestry } from '../../../src/model/ports/repository.ts';
import { ProblemError, problem } from '../../../src/model/problem.ts';
import { createVirtualClock } from '../../../src/simulator/virtual-clock.ts';

const { signal } = new AbortController();
const down = problem('E_GIT_UNREACHABLE', { where: { kind: 'named', name: 'git' }, message: 'no route' });

function startOrder(answer: () => Promise<Ancestry>) {
	const asked: string[] = [];
	const clock = createVirtualClock();
	const ancestry = (older: string, newer: string) => {
		asked.push(`${older} ${newer}`);
		return answer();
	};
	return { asked, clock, isAtOrAfter: createCommitOrder({ ancestry }, clock) };
}

test('a revision is at or after the commit itself, and whatever went on from it; each pair is asked for once', async (t) => {
	const { asked, isAtOrAfter } = startOrder(() => Promise.resolve('ancestor'));
	t.true(await isAtOrAfter('c1', 'c1', signal));
	t.deepEqual(asked, []);
	t.true(await isAtOrAfter('c2', 'c1', signal));
	t.true(await isAtOrAfter('c2', 'c1', signal));
	t.deepEqual(asked, ['c1 c2']);
});

test('a branch that was rewritten in between has lost the commit', async (t) => {
	const { isAtOrAfter } = startOrder(() => Promise.resolve('rewritten'));
	t.false(await isAtOrAfter('c2', 'c1', signal));
});

test('what cannot be known now is asked for again', async (t) => {
	const answers: (() => Promise<Ancestry>)[] = [
		() => Promise.resolve('unknown'),
		() => Promise.reject(new ProblemError(down)),
		() => Promise.resolve('ancestor'),
	];
	const { isAtOrAfter } = startOrder(
		() => answers.shift()?.() ?? Promise.reject(new Error('asked too often')),
	);
	t.deepEqual([await isAtOrAfter('c2', 'c1', signal), await isAtOrAfter('c2', 'c1', signal)], [false, false]);
	t.true(await isAtOrAfter('c2', 'c1', signal));
});

test('a Git that hangs is waited for 5 s', async (t) => {
	const { clock, isAtOrAfter } = startOrder(() => new Promise(() => undefined));
	const asking = isAtOrAfter('c2', 'c1', signal);
	await clock.advance(5_000);
	t.false(await asking);
});
