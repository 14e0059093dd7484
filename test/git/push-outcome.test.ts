import test from 'ava';
import { classifyPush } from '../../src/git/push-outcome.ts';
import type { PushOutcome } from '../../src/model/ports/repository.ts';

const place = { display: 'https://git.example.com/config', branch: 'main' };
const id = '6f3135ff7488acaa1fb249c21f8d1645f1882721';

interface Sample {
	readonly title: string;
	readonly kind: PushOutcome['kind'];
	/** The porcelain line of the branch: flag and summary. */
	readonly line?: readonly [flag: string, summary: string];
	readonly status?: number | null;
	readonly stderr?: string;
	readonly code?: string;
	readonly message?: string;
	readonly got?: string;
}

const failed = "error: failed to push some refs to 'https://git.example.com/config'\n";

// What git 2.39 printed against git http-backend, file:// and closed ports.
const samples: readonly Sample[] = [
	{ title: 'a fast-forward', kind: 'pushed', status: 0, line: [' ', 'f91bdce..6f3135f'] },
	{ title: 'our own commit again', kind: 'pushed', status: 0, line: ['=', '[up to date]'] },
	{ title: 'a lease that is lost', kind: 'raced', line: ['!', '[rejected] (stale info)'], stderr: failed },
	{ title: 'no fast-forward', kind: 'raced', line: ['!', '[rejected] (non-fast-forward)'], stderr: failed },
	{ title: 'an unknown tip', kind: 'raced', line: ['!', '[rejected] (fetch first)'], stderr: failed },
	{
		title: 'a branch that moved while the server looked',
		kind: 'raced',
		line: ['!', '[remote rejected] (failed to update ref)'],
		stderr: `remote: error: cannot lock ref 'refs/heads/main': is at ${id} but expected ${id}        \n${failed}`,
	},
	{
		title: 'a forge that says so in the reason',
		kind: 'raced',
		line: ['!', `[remote rejected] (cannot lock ref 'refs/heads/main': is at ${id} but expected ${id})`],
	},
	{
		title: 'an old value that is not there any more',
		kind: 'raced',
		line: ['!', '[remote rejected] (incorrect old value provided)'],
	},
	{
		title: 'a lock that somebody holds on the server',
		kind: 'raced',
		line: ['!', '[remote rejected] (failed to update ref)'],
		stderr: `remote: error: cannot lock ref 'refs/heads/main': Unable to create '/srv/r/./refs/heads/main.lock': File exists.        \n${failed}`,
	},
	{
		title: 'F36 a name that clashes with another branch',
		kind: 'refused',
		line: ['!', '[remote rejected] (failed to update ref)'],
		stderr: `remote: error: cannot lock ref 'refs/heads/main/x': 'refs/heads/main' exists; cannot create 'refs/heads/main/x'        \n${failed}`,
		code: 'E_GIT_REFUSED',
		message: 'the push to main was refused: failed to update ref',
	},
	{
		title: 'an update that failed for no reason given',
		kind: 'unknown',
		line: ['!', '[remote rejected] (failed to update ref)'],
		stderr: failed,
		message: 'failed to update ref',
	},
	{
		title: 'F-119 a pre-receive hook',
		kind: 'refused',
		line: ['!', '[remote rejected] (pre-receive hook declined)'],
		stderr: `remote: Not during the freeze.        \nremote:         \nremote: Ask in #changes.        \n${failed}`,
		code: 'E_GIT_REFUSED',
		message: 'the push to main was refused: pre-receive hook declined',
		got: 'Not during the freeze. Ask in #changes.',
	},
	{
		title: 'an update hook',
		kind: 'refused',
		line: ['!', '[remote rejected] (hook declined)'],
		stderr: 'remote: no way        \nremote: error: hook declined to update refs/heads/main        \n',
		code: 'E_GIT_REFUSED',
		got: 'no way error: hook declined to update refs/heads/main',
	},
	{
		title: 'a hook that prints escapes',
		kind: 'refused',
		line: ['!', '[remote rejected] (pre-receive hook declined)'],
		stderr: 'remote: \u001B[31mred        \n',
		code: 'E_GIT_REFUSED',
		got: '\\u001B[31mred',
	},
	{
		title: 'a missing login',
		kind: 'refused',
		status: 128,
		stderr: "fatal: could not read Username for 'https://git.example.com': terminal prompts disabled\n",
		code: 'E_GIT_AUTH',
		message:
			"the push to main was refused: could not read Username for 'https://git.example.com': terminal prompts disabled",
	},
	{
		title: 'a wrong password',
		kind: 'refused',
		status: 128,
		stderr: "fatal: Authentication failed for 'https://me:hunter2@git.example.com/config/'\n",
		code: 'E_GIT_AUTH',
		message: "the push to main was refused: Authentication failed for 'https://git.example.com/config/'",
	},
	{
		title: 'an SSH key that is not known',
		kind: 'refused',
		status: 128,
		stderr:
			'git@git.example.com: Permission denied (publickey).\nfatal: Could not read from remote repository.\n',
		code: 'E_GIT_AUTH',
	},
	{
		title: 'a right that is missing',
		kind: 'refused',
		stderr: 'error: RPC failed; HTTP 403 curl 22 The requested URL returned error: 403\n',
		code: 'E_GIT_AUTH',
	},
	{
		title: 'a server error',
		kind: 'unknown',
		stderr:
			'error: RPC failed; HTTP 500 curl 22 The requested URL returned error: 500\nsend-pack: unexpected disconnect while reading sideband packet\nfatal: the remote end hung up unexpectedly\n',
		message: 'RPC failed; HTTP 500 curl 22 The requested URL returned error: 500',
	},
	{
		title: 'a connection that broke',
		kind: 'unknown',
		stderr:
			'error: RPC failed; curl 52 Empty reply from server\nfatal: the remote end hung up unexpectedly\n',
		message: 'RPC failed; curl 52 Empty reply from server',
	},
	{
		title: 'a refused connection',
		kind: 'unknown',
		status: 128,
		stderr:
			"fatal: unable to access 'http://127.0.0.1:1/x.git/': Failed to connect to 127.0.0.1 port 1 after 0 ms: Couldn't connect to server\n",
	},
	{
		title: 'ssh that finds nobody',
		kind: 'unknown',
		status: 128,
		stderr:
			'ssh: connect to host 127.0.0.1 port 1: Connection refused\nfatal: Could not read from remote repository.\n',
		message: 'ssh: connect to host 127.0.0.1 port 1: Connection refused',
	},
	{ title: 'a git that was killed', kind: 'unknown', status: null, message: 'git said nothing' },
	{
		title: 'a status that is not known',
		kind: 'unknown',
		line: ['!', '[remote failure] (remote failed to report status)'],
		stderr: failed,
	},
	{
		title: 'a rejection that is not known',
		kind: 'unknown',
		line: ['!', '[rejected] (something new)'],
		stderr: failed,
	},
	{
		title: 'a hook that speaks of passwords',
		kind: 'refused',
		line: ['!', '[remote rejected] (pre-receive hook declined)'],
		stderr: 'remote: Authentication failed for the policy server        \n',
		code: 'E_GIT_REFUSED',
	},
];

for (const { title, kind, line, status = 1, stderr = '', ...expected } of samples) {
	test(`${title} is ${kind}`, (t) => {
		const stdout =
			line === undefined
				? 'Done\n'
				: `To ${place.display}\n${line[0]}\t${id}:refs/heads/main\t${line[1]}\nDone\n`;
		const outcome = classifyPush({ status, stdout, stderr }, place);
		const facts = outcome.kind === 'refused' ? outcome.problem : outcome;
		t.like({ ...facts, kind: outcome.kind }, { kind, ...expected });
	});
}
