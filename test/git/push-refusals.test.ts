import test from 'ava';
import { classifyPush } from '../../src/git/push-outcome.ts';

const place = { display: 'https://git.example.com/config', branch: 'main' };

interface Refusal {
	readonly title: string;
	readonly code: 'E_GIT_PROTECTED' | 'E_GIT_SIGNATURE' | 'E_GIT_AUTH' | 'E_GIT_REPOSITORY' | 'E_GIT_REFUSED';
	/** What the status line says in brackets; none where the server did not come so far. */
	readonly reason?: string;
	/** What the server printed. */
	readonly said?: readonly string[];
	/** What git printed by itself. */
	readonly stderr?: string;
}

const hook = 'pre-receive hook declined';
const url = 'https://git.example.com/config/';

// How the forges word it, each for its own rules.
const refusals: readonly Refusal[] = [
	{
		title: 'F7, F-120 GitHub: a protected branch',
		code: 'E_GIT_PROTECTED',
		reason: 'protected branch hook declined',
		said: [
			'error: GH006: Protected branch update failed for refs/heads/main.',
			'error: Changes must be made through a pull request.',
		],
	},
	{
		title: 'F7 GitHub: a ruleset',
		code: 'E_GIT_PROTECTED',
		reason: 'push declined due to repository rule violations',
		said: [
			'error: GH013: Repository rule violations found for refs/heads/main.',
			'- Changes must be made through a pull request.',
		],
	},
	{
		title: 'F7 GitHub: required checks',
		code: 'E_GIT_PROTECTED',
		reason: 'protected branch hook declined',
		said: [
			'error: GH006: Protected branch update failed for refs/heads/main.',
			'error: Required status check "test" is expected.',
		],
	},
	{
		title: 'F8 GitHub: a ruleset that wants signatures',
		code: 'E_GIT_SIGNATURE',
		reason: 'push declined due to repository rule violations',
		said: [
			'error: GH013: Repository rule violations found for refs/heads/main.',
			'- Commits must have verified signatures.',
		],
	},
	{
		title: 'F8 GitHub: a protected branch that wants signatures',
		code: 'E_GIT_SIGNATURE',
		reason: 'protected branch hook declined',
		said: [
			'error: GH006: Protected branch update failed for refs/heads/main.',
			'error: Commits must have valid signatures.',
		],
	},
	{
		title: 'F6 GitHub: no right to push',
		code: 'E_GIT_AUTH',
		said: ['Permission to acme/config.git denied to bot.'],
		stderr: `fatal: unable to access '${url}': The requested URL returned error: 403\n`,
	},
	{
		title: 'F11 GitHub: a repository that is gone, or was not granted',
		code: 'E_GIT_REPOSITORY',
		said: ['Repository not found.'],
		stderr: `fatal: repository '${url}' not found\n`,
	},
	{
		title: 'F11 GitHub over SSH: a repository that is gone',
		code: 'E_GIT_REPOSITORY',
		stderr: 'ERROR: Repository not found.\nfatal: Could not read from remote repository.\n',
	},
	{
		title: 'F7 GitLab: a protected branch',
		code: 'E_GIT_PROTECTED',
		reason: hook,
		said: ['GitLab: You are not allowed to push code to protected branches on this project.'],
	},
	{
		title: 'F8 GitLab: a push rule that wants signatures',
		code: 'E_GIT_SIGNATURE',
		reason: hook,
		said: ['GitLab: Commit must be signed with a GPG key'],
	},
	{
		title: 'F7 GitLab: a push rule about messages',
		code: 'E_GIT_REFUSED',
		reason: hook,
		said: ["GitLab: Commit message does not follow the pattern 'JIRA-\\d+'"],
	},
	{
		title: 'F6 GitLab: no right to push',
		code: 'E_GIT_AUTH',
		said: ['You are not allowed to push code to this project.'],
		stderr: `fatal: unable to access '${url}': The requested URL returned error: 403\n`,
	},
	{
		title: 'F7 Bitbucket Cloud: a branch restriction',
		code: 'E_GIT_PROTECTED',
		reason: hook,
		said: ['Permission denied to update branch main.'],
	},
	{
		title: 'F7 Bitbucket Data Center: pull requests alone',
		code: 'E_GIT_PROTECTED',
		reason: hook,
		said: ['Branch refs/heads/main can only be modified through pull requests.'],
	},
	{
		title: 'F7 Azure: pull requests alone',
		code: 'E_GIT_PROTECTED',
		reason:
			'TF402455: Pushes to this branch are not permitted; you must use a pull request to update this branch.',
	},
	{
		title: 'F6 Azure: no right to contribute',
		code: 'E_GIT_AUTH',
		reason:
			"TF401027: You need the Git 'GenericContribute' permission to perform this action. Details: identity 'bot', scope 'branch'.",
	},
	{
		title: 'F7 Gitea: a protected branch',
		code: 'E_GIT_PROTECTED',
		reason: hook,
		said: ['error: Not allowed to push to protected branch main'],
	},
	{
		title: 'F8 Gitea: a branch that wants signatures',
		code: 'E_GIT_SIGNATURE',
		reason: hook,
		said: ['error: Branch main is protected from unverified commit 6f3135ff7488acaa1fb249c21f8d1645f1882721'],
	},
	{
		title: 'F11 Gitea over SSH: a repository that is gone',
		code: 'E_GIT_REPOSITORY',
		stderr:
			'Gitea: Cannot find repository: acme/config\nERROR: Repository not found.\nfatal: Could not read from remote repository.\n',
	},
];

for (const { title, code, reason, said = [], stderr = '' } of refusals) {
	test(`${title} is ${code}, in the server's words`, (t) => {
		const line = `!\t6f3135f:refs/heads/main\t[remote rejected] (${reason})\n`;
		const outcome = classifyPush(
			{
				status: reason === undefined ? 128 : 1,
				stdout: reason === undefined ? '' : `To ${place.display}\n${line}Done\n`,
				stderr: `${said.map((text) => `remote: ${text}        \n`).join('')}${stderr}error: failed to push some refs\n`,
			},
			place,
		);
		t.is(outcome.kind, 'refused');
		if (outcome.kind !== 'refused') return;
		t.is(outcome.problem.code, code);
		t.deepEqual(outcome.problem.got, said.length === 0 ? undefined : said.join(' '));
		if (reason !== undefined) t.is(outcome.problem.message, `the push to main was refused: ${reason}`);
	});
}

for (const reason of [
	'unpacker error',
	'failed to update ref',
	'Internal Server Error',
	'request timed out',
]) {
	test(`a server that fails with "${reason}" may take the same push later`, (t) => {
		const stdout = `To ${place.display}\n!\t6f3135f:refs/heads/main\t[remote rejected] (${reason})\nDone\n`;
		t.like(classifyPush({ status: 1, stdout, stderr: '' }, place), { kind: 'unknown' });
	});
}
