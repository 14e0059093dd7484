import test from 'ava';
import { exitStatusOf, reportFailure, usageError } from '../../src/cli/exit.ts';
import type { ProblemCode } from '../../src/model/catalogue.ts';
import { catalogue } from '../../src/model/catalogue.ts';
import { ProblemError, problem } from '../../src/model/problem.ts';
import { createTerminal } from '../support/terminal.ts';

const where = { kind: 'named', name: 'x' } as const;
const codes = Object.keys(catalogue) as readonly ProblemCode[];

test('a wrong call exits with 2, and every other problem with 78', (t) => {
	const wrongCalls = codes.filter((code) => exitStatusOf(problem(code, { where, message: 'no' })) === 2);
	t.deepEqual(wrongCalls.sort(), ['E_FLAG', 'E_NOT_FOUND']);
	for (const code of codes.filter((each) => !wrongCalls.includes(each)))
		t.is(exitStatusOf(problem(code, { where, message: 'no' })), 78, code);
});

test('a problem is told in one line, without a stack', (t) => {
	const terminal = createTerminal(t);
	t.is(reportFailure(terminal, new ProblemError(problem('E_GIT_AUTH', { where, message: 'no' }))), 78);
	t.is(terminal.problems(), 'x E_GIT_AUTH no → renew the credentials\n');
	t.is(terminal.written(), '');
});

test('a usage error names the flag, and the remedy that is given or the usual one', (t) => {
	t.like(usageError('--timeout', 'is 0s').problem, {
		code: 'E_FLAG',
		where: { kind: 'named', name: '--timeout' },
		message: 'is 0s',
		remedy: catalogue.E_FLAG.remedy,
	});
	t.is(usageError('--timeout', 'is 0s', 'wait longer').problem.remedy, 'wait longer');
});

test('a fault of our own shows its stack and exits with 70', (t) => {
	const terminal = createTerminal(t);
	t.is(reportFailure(terminal, new TypeError('our own')), 70);
	t.regex(terminal.problems(), /^TypeError: our own\n {4}at .+exit\.test\.ts/);
});

test('what is thrown without being an error is shown as it is', (t) => {
	const terminal = createTerminal(t);
	t.is(reportFailure(terminal, 'odd'), 70);
	t.is(terminal.problems(), 'odd\n');
});

test('an interrupted command exits with 130 and says nothing', (t) => {
	const terminal = createTerminal(t);
	terminal.interrupt();
	t.is(reportFailure(terminal, terminal.signal.reason), 130);
	t.is(terminal.problems(), '');
});

test('an interruption hides no other failure', (t) => {
	const terminal = createTerminal(t);
	terminal.interrupt();
	t.is(reportFailure(terminal, new TypeError('our own')), 70);
	t.regex(terminal.problems(), /TypeError: our own/);
});
