import { execFileSync } from 'node:child_process';
import test from 'ava';
import { checkBranchName } from '../../src/git/branch-name.ts';
import { gitEnvironment } from '../support/git-remote.ts';

test('B-053 a branch name starting with a dash is refused as E_REFNAME', (t) => {
	t.like(checkBranchName('--upload-pack=x'), {
		code: 'E_REFNAME',
		message: 'not a valid branch name',
		got: '"--upload-pack=x"',
	});
});

test('HEAD is no branch', (t) => {
	t.is(checkBranchName('HEAD')?.code, 'E_REFNAME');
});

const names = [
	...[
		'main',
		'release/1.2',
		'a.b',
		'ümläut',
		'@',
		'a@b',
		'a-',
		'a.lock.b',
		'a/b/c',
		'x{y}',
		'%',
		'"',
		"it's",
	],
	...['', '/a', 'a/', 'a//b', '.a', 'a/.b', 'a.', 'a..b', 'a.lock', 'a.lock/b', 'a b', 'a~1', 'a^', 'a:b'],
	...['a?', 'a*', 'a[b', 'a\\b', 'a@{b', 'a\tb', 'a\u007Fb', 'a\nb'],
];

for (const name of names) {
	test(`git agrees about the branch name ${JSON.stringify(name)}`, (t) => {
		t.is(checkBranchName(name) === undefined, isTakenByGit(name));
	});
}

function isTakenByGit(name: string): boolean {
	try {
		execFileSync('git', ['check-ref-format', `refs/heads/${name}`], { env: gitEnvironment('/nonexistent') });
		return true;
	} catch {
		return false;
	}
}
