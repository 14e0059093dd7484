import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { CredentialValues } from '../../../src/git/access/credentials.ts';
import { composeForgeKnownHosts, forgeHostKeys } from '../../../src/git/access/forge-host-keys.ts';
import { fingerprintOf } from '../../../src/git/access/host-key.ts';
import type { Repository } from '../../../src/model/ports/repository.ts';
import { holdCredentials } from '../../support/git-credentials.ts';
import { openMirror } from '../../support/git-mirror.ts';
import { createBareRepository, createFolder } from '../../support/git-remote.ts';
import { problemOf } from '../../support/problem-of.ts';
import { aCommit } from '../../support/repository-under-test.ts';

const { signal } = new AbortController();

/** In the form of a key; no server knows it. */
const identity = '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n';

interface Stage {
	readonly folder: string;
	open(values?: CredentialValues): Promise<Repository>;
	/** The words that ssh was called with last, one a line. */
	words(): Promise<readonly string[]>;
}

/** A program named ssh: it writes its words down and does what `script` says. */
async function setStage(t: ExecutionContext, host: string, script: string): Promise<Stage> {
	const bare = await createBareRepository(t, { a: '1' });
	const [folder, programs] = [await createFolder(t), await createFolder(t)];
	const file = join(programs, 'ssh');
	await writeFile(file, `#!/bin/sh\nprintf '%s\\n' "$@" >'${programs}/words'\n${script}\n`);
	await chmod(file, 0o755);
	const environment = { PATH: `${programs}:${process.env['PATH']}` };
	const url = `ssh://git@${host}${bare.path}`;
	return {
		folder,
		open(values) {
			const access = values === undefined ? {} : { credentials: holdCredentials(values) };
			return openMirror(t, url, { folder, environment, allowInsecure: false, ...access });
		},
		words: async () => (await readFile(join(programs, 'words'), 'utf8')).trimEnd().split('\n'),
	};
}

/** Takes the host for this machine: the last word is what to run there. */
const runHere = 'for word; do :; done\neval "$word"';

function says(text: string): string {
	return `cat >&2 <<'END'\n${text}\nEND\nexit 255`;
}

test('with credentials, ssh knows nothing but them', async (t) => {
	const { folder, open, words } = await setStage(t, 'git.example.com', runHere);
	const repository = await open({ identity, known_hosts: 'git.example.com ssh-ed25519 AAAA' });
	const parent = await repository.refresh(signal);
	const commit = await repository.commit(aCommit({ parent, files: { a: '2' } }), signal);
	t.deepEqual(await repository.push(commit, parent, signal), { kind: 'pushed' });
	const given = await words();
	t.deepEqual(given.slice(0, 2), ['-F', '/dev/null']);
	const access = join(folder, 'access');
	for (const option of [
		'StrictHostKeyChecking=yes',
		'BatchMode=yes',
		'GlobalKnownHostsFile=/dev/null',
		`UserKnownHostsFile="${access}/known_hosts"`,
		'IdentitiesOnly=yes',
		'IdentityAgent=none',
		`IdentityFile="${access}/identity"`,
	]) {
		t.true(given.includes(option), option);
	}
	t.is(await readFile(join(access, 'known_hosts'), 'utf8'), 'git.example.com ssh-ed25519 AAAA\n');
});

test('with known hosts alone, the agent has the key', async (t) => {
	const { open, words } = await setStage(t, 'git.example.com', runHere);
	await (await open({ known_hosts: 'git.example.com ssh-ed25519 AAAA' })).refresh(signal);
	const given = await words();
	t.true(given.includes('BatchMode=yes'));
	t.false(given.some((word) => /^Identit/.test(word)));
});

test('without credentials, the user’s keys and hosts count, and those of the forges', async (t) => {
	const { folder, open, words } = await setStage(t, 'git.example.com', runHere);
	await (await open()).refresh(signal);
	const given = await words();
	t.false(given.includes('-F'));
	t.false(given.some((word) => word.startsWith('UserKnownHostsFile')));
	const forges = join(folder, 'access', 'forge_known_hosts');
	t.true(
		given.includes(`GlobalKnownHostsFile="/etc/ssh/ssh_known_hosts" "/etc/ssh/ssh_known_hosts2" "${forges}"`),
	);
	t.true(given.includes('StrictHostKeyChecking=yes'));
	t.is(await readFile(forges, 'utf8'), composeForgeKnownHosts());
});

test('the hosts of large forges are known, other hosts and ports are not', async (t) => {
	for (const host of Object.keys(forgeHostKeys)) {
		const { folder, open } = await setStage(t, host, runHere);
		await (await open({ identity })).refresh(signal);
		t.is(await readFile(join(folder, 'access', 'known_hosts'), 'utf8'), composeForgeKnownHosts(), host);
	}
	for (const [host, scan] of [
		['git.example.com', 'git.example.com'],
		['github.com:2222', '-p 2222 github.com'],
	]) {
		const { open } = await setStage(t, host ?? '', runHere);
		const problem = await problemOf((await open({ identity })).refresh(signal));
		t.is(problem?.code, 'E_GIT_HOST_KEY');
		t.regex(problem?.message ?? '', /known_hosts is missing/);
		t.true(problem?.remedy.startsWith(`run: ssh-keyscan ${scan} and, once its fingerprint is the one that`));
	}
});

test('a key that changed is told with both fingerprints', async (t) => {
	const [known = ''] = forgeHostKeys['github.com'] ?? [];
	const script = (file: string) =>
		says(
			[
				'@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@',
				'@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @',
				'@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@',
				'IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!',
				'The fingerprint for the ED25519 key sent by the remote host is',
				'SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.',
				`Offending ED25519 key in ${file}:2`,
				'Host key verification failed.',
			].join('\r\n'),
		);
	const file = join(await createFolder(t), 'known_hosts');
	await writeFile(file, `# forges\ngithub.com ${known}\n`);
	const { open } = await setStage(t, 'github.com', script(file));
	t.like(await problemOf((await open({ identity })).refresh(signal)), {
		code: 'E_GIT_HOST_KEY',
		got: 'ED25519 SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
		expected: fingerprintOf(known.split(' ')[1] ?? ''),
	});
	const lost = await setStage(t, 'github.com', script('/nonexistent'));
	const problem = await problemOf((await lost.open({ identity })).refresh(signal));
	t.is(problem?.code, 'E_GIT_HOST_KEY');
	t.is(problem?.expected, undefined);
});

test('a host that nobody knows is told with what to run', async (t) => {
	const text =
		'No ED25519 host key is known for git.example.com and you have requested strict checking.\r\nHost key verification failed.\r';
	const { open } = await setStage(t, 'git.example.com', says(text));
	const problem = await problemOf((await open()).refresh(signal));
	t.is(problem?.code, 'E_GIT_HOST_KEY');
	t.regex(problem?.remedy ?? '', /^run: ssh-keyscan git\.example\.com /);
});

for (const words of [
	'ERROR: The key you are authenticating with has been marked as read only.',
	'ERROR: Permission to acme/config.git denied to deploy key.',
	'remote: GitLab: You are not allowed to push code to this project.',
]) {
	test(`a key that may only read stops pushes: ${words}`, async (t) => {
		const script = `for word; do :; done\ncase "$word" in\n*receive-pack*) ${says(words)};;\nesac\neval "$word"`;
		const { open } = await setStage(t, 'github.com', script);
		const repository = await open({ identity });
		const parent = await repository.refresh(signal);
		const commit = await repository.commit(aCommit({ parent, files: { a: '2' } }), signal);
		const outcome = await repository.push(commit, parent, signal);
		t.like(outcome, { kind: 'refused', problem: { code: 'E_GIT_AUTH' } });
		t.regex(outcome.kind === 'refused' ? outcome.problem.remedy : '', /^let this identity write to/);
	});
}
