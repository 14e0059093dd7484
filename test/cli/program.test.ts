import test from 'ava';
import { runSpillway } from '../support/terminal.ts';

test('--help names every command, and --version the version', async (t) => {
	const help = await runSpillway(t, '--help');
	t.is(help.status, 0);
	for (const command of ['validate', 'schema', 'plan', 'run', 'import', 'trace', 'demo'])
		t.true(help.out.includes(`\n  ${command} `));
	t.deepEqual(await runSpillway(t, '--version'), { status: 0, out: '1.2.3\n', err: '' });
});

for (const command of ['validate', 'schema', 'plan', 'run', 'import', 'trace', 'demo']) {
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
	['a required argument that is missing', ['validate'], /E_FLAG missing required argument 'path'/],
	['an argument too many', ['demo', 'now'], /E_FLAG too many arguments/],
	['an output nobody knows', ['validate', '.', '-o', 'xml'], /E_FLAG .*Allowed choices are text, json/],
	[
		'a duration that is none',
		['plan', '--repo', 'x', '--timeout', '5'],
		/E_FLAG .*Write a duration such as 15s/,
	],
	[
		'a duration of nothing',
		['run', '--hub', '--repo', 'x', '--poll-interval', '0s'],
		/E_FLAG .*Write a duration/,
	],
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
