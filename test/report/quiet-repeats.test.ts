import test from 'ava';
import type { Notice } from '../../src/model/notice.ts';
import { problem } from '../../src/model/problem.ts';
import { quietRepeats } from '../../src/report/quiet-repeats.ts';
import { createVirtualClock } from '../../src/simulator/virtual-clock.ts';

function aProblem(name: string): Notice {
	return {
		kind: 'problem',
		problem: problem('E_CLUSTER_UNREACHABLE', { where: { kind: 'named', name }, message: 'refused' }),
	};
}

test('F-051 a problem that goes on is told once a minute, and hides no other', async (t) => {
	const clock = createVirtualClock();
	const told: Notice[] = [];
	const tell = quietRepeats(clock, (notice) => told.push(notice));
	tell(aProblem('east'));
	tell(aProblem('east'));
	tell(aProblem('west'));
	t.is(told.length, 2);
	await clock.advance(59_999);
	tell(aProblem('east'));
	t.is(told.length, 2);
	await clock.advance(1);
	tell(aProblem('east'));
	t.is(told.length, 3);
});

test('only problems are quietened', (t) => {
	const told: Notice[] = [];
	const tell = quietRepeats(createVirtualClock(), (notice) => told.push(notice));
	const revision: Notice = { kind: 'revision', commit: 'c0ffee', policies: 1 };
	tell(revision);
	tell(revision);
	t.is(told.length, 2);
});
