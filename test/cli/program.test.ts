import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { exitStatusOf, reportFailure } from '../../src/cli/exit.ts';
import { paint } from '../../src/cli/terminal.ts';
import { ProblemError, problem } from '../../src/model/problem.ts';
import { createFolder } from '../support/git-remote.ts';
import { createTerminal, runSpillway } from '../support/terminal.ts';

test('--help names every command, and --version the version', async (t) => {
	const help = await runSpillway(t, '--help');
	t.is(help.status, 0);
	for (const command of ['validate', 'schema', 'plan', 'run', 'demo'])
		t.true(help.out.includes(`\n  ${command} `));
	t.deepEqual(await runSpillway(t, '--version'), { status: 0, out: '1.2.3\n', err: '' });
});

for (const command of ['validate', 'schema', 'plan', 'run', 'demo']) {
	test(`${command} --help says what it does and takes`, async (t) => {
		const { status, out, err } = await runSpillway(t, command, '--help');
		t.deepEqual([status, err], [0, '']);
		t.true(out.startsWith(`Usage: spillway ${command} [options]`), out);
	});
}

const wrong: readonly (readonly [what: string, args: readonly string[], told: RegExp])[] = [
	['no command', [], /Usage: spillway/],
	['an unknown command', ['paln'], /E_FLAG unknown command 'paln'/],
	['an unknown flag', ['plan', '--repo', 'x', '--frobnicate'], /E_FLAG unknown option '--frobnicate'/],
	['a required flag that is missing', ['plan'], /E_FLAG required option '--repo <url>' not specified/],
	['the same for run', ['run', '--once'], /E_FLAG required option '--repo <url>' not specified/],
	['a required argument that is missing', ['validate'], /E_FLAG missing required argument 'path'/],
	['an argument too many', ['demo', 'now'], /E_FLAG too many arguments/],
	['an output nobody knows', ['validate', '.', '-o', 'xml'], /E_FLAG .*Allowed choices are text, json/],
	[
		'a duration that is none',
		['plan', '--repo', 'x', '--timeout', '5'],
		/E_FLAG .*Write a duration such as 15s/,
	],
	['a duration of nothing', ['run', '--repo', 'x', '--poll-interval', '0s'], /E_FLAG .*Write a duration/],
	['a kind nobody knows', ['schema', '--kind', 'Pod'], /E_FLAG .*Allowed choices are/],
];

for (const [what, args, told] of wrong) {
	test(`${what} is a wrong call: exit 2, and a way to help`, async (t) => {
		const { status, out, err } = await runSpillway(t, ...args);
		t.deepEqual([status, out], [2, '']);
		t.regex(err, told);
		t.regex(err, /See spillway --help|Usage: spillway/);
	});
}

test('schema prints the JSON Schema of a kind', async (t) => {
	for (const kind of ['FailoverPolicy', 'SpillwayConfig']) {
		const { status, out, err } = await runSpillway(t, 'schema', '--kind', kind);
		t.deepEqual([status, err], [0, '']);
		t.is(JSON.parse(out).properties.kind.const, kind);
	}
	t.is(
		(await runSpillway(t, 'schema')).out,
		(await runSpillway(t, 'schema', '--kind', 'FailoverPolicy')).out,
	);
});

test('schema --write writes the same files, and says which', async (t) => {
	const folder = await createFolder(t);
	await mkdir(join(folder, 'schema'));
	const { status, out, err } = await runSpillway(t, 'schema', '--write', folder);
	t.deepEqual([status, out], [0, '']);
	const [first = ''] = err.split('\n');
	t.is(await readFile(first, 'utf8'), (await runSpillway(t, 'schema')).out);
});

test('a problem of the call exits with 2, any other with 78, and a fault of our own with a stack and 70', (t) => {
	const where = { kind: 'named', name: 'x' } as const;
	t.is(exitStatusOf(problem('E_NOT_FOUND', { where, message: '' })), 2);
	t.is(exitStatusOf(problem('E_GIT_AUTH', { where, message: '' })), 78);
	const terminal = createTerminal(t);
	const refused = new ProblemError(problem('E_GIT_AUTH', { where, message: 'no' }));
	t.is(reportFailure(terminal, refused), 78);
	t.is(terminal.problems(), 'x E_GIT_AUTH no → renew the credentials\n');
	t.is(reportFailure(terminal, new TypeError('our own')), 70);
	t.regex(terminal.problems(), /TypeError: our own\n {4}at /);
});

test('an interrupted command exits with 130 and says nothing', (t) => {
	const terminal = createTerminal(t);
	terminal.interrupt();
	t.is(reportFailure(terminal, terminal.signal.reason), 130);
	t.is(terminal.problems(), '');
});

test('only a terminal with colours is painted', (t) => {
	t.is(paint({ color: false }, 'red', 'x'), 'x');
	t.is(paint({ color: true }, 'red', 'x'), '\u001b[31mx\u001b[39m');
});
