import test from 'ava';
import { classifyFailure, describeFailure, quoteServer } from '../../../src/git/program/git-failure.ts';

const failures: readonly (readonly [kind: string, stderr: string])[] = [
	['other', "fatal: couldn't find remote ref refs/heads/nope"],
	['auth', "fatal: could not read Username for 'http://h': terminal prompts disabled"],
	['auth', "fatal: unable to access 'https://h/r/': The requested URL returned error: 403"],
	['mirror', "fatal: not a git repository: '/mirror.git'"],
	['lock', "fatal: Unable to create '/mirror.git/shallow.lock': File exists.\n\nAnother git process …"],
	['disk', 'fatal: write error: No space left on device\nfatal: fetch-pack: invalid index-pack output'],
	['disk', 'error: unable to create temporary file: Read-only file system'],
	['mirror', 'fatal: bad shallow line: x'],
	['absent', 'remote: Repository not found.\nfatal: Could not read from remote repository.'],
	['mirror', 'error: object file ./objects/ab/cd is empty\nfatal: loose object abcd is corrupt'],
	['mirror', 'fatal: Failed to traverse parents of commit 6f3135ff7488acaa1fb249c21f8d1645f1882721'],
	['mirror', 'fatal: unable to read 6f3135ff7488acaa1fb249c21f8d1645f1882721'],
	['mirror', 'error: inflate: data stream error (unknown compression method)'],
	['mirror', 'fatal: bad object 6f3135ff7488acaa1fb249c21f8d1645f1882721'],
	['mirror', 'fatal: bad config line 1 in file /mirror.git/config'],
	[
		'other',
		"fatal: '/nonexistent/x.git' does not appear to be a git repository\nfatal: Could not read from remote repository.",
	],
	['absent', "fatal: repository 'http://h/none.git/' not found"],
	[
		'other',
		"remote: fatal: Unable to create '/srv/r/packed-refs.lock': File exists.\nfatal: the remote end hung up",
	],
	['other', 'Host key verification failed.\nfatal: Could not read from remote repository.'],
	['other', 'error: object 6f3135ff: missingSpaceBeforeDate: bad author\nfatal: fsck error in packed object'],
	['other', ''],
];

for (const [kind, stderr] of failures) {
	test(`"${stderr.split('\n')[0]}" is ${kind}`, (t) => {
		t.is(classifyFailure(stderr), kind as ReturnType<typeof classifyFailure>);
	});
}

test('a failure is described by its first error, on one line, cut and without credentials', (t) => {
	t.is(describeFailure('warning: x\nerror: first\nfatal: second\n'), 'first');
	t.is(describeFailure('warning: x\nelse'), 'warning: x');
	t.is(describeFailure("fatal: no 'https://me:hunter2@h/r'"), "no 'https://h/r'");
	t.is(describeFailure(`fatal: ${'x'.repeat(1000)}`).length, 300);
	t.is(describeFailure('fatal: a\u001B[2Jb'), 'a\\u001B[2Jb');
	t.is(describeFailure(''), 'git said nothing');
});

test('what ssh says goes before what git makes of it', (t) => {
	const consequence = 'fatal: Could not read from remote repository.\n\nPlease make sure …\n';
	for (const said of ['git@h: Permission denied (publickey).', 'Host key verification failed.']) {
		t.is(describeFailure(`@@@@@@@@\n${said}\n${consequence}`), said);
	}
	t.is(describeFailure(`ssh: connect to host h: refused\n${consequence}`), 'ssh: connect to host h: refused');
});

test('only the server’s own lines are quoted', (t) => {
	t.is(quoteServer('remote: first  \nremote: \nremote: second\nerror: ours\n'), 'first second');
	t.is(quoteServer('error: ours\n'), undefined);
});
