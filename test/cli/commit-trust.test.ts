import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { createFolder } from '../support/git-remote.ts';
import { livePolicy, startLiveWorld } from '../support/live-world.ts';
import { hasProgram, makeSshKey } from '../support/signing-keys.ts';
import { runSpillway } from '../support/terminal.ts';

async function writeSigners(t: ExecutionContext, ...halves: readonly string[]): Promise<string> {
	const file = join(await createFolder(t), 'signers');
	await writeFile(file, halves.join(''));
	return file;
}

const byCommit = { 'policies/emoji.yaml': livePolicy('failover: {via: Commit}') };

test('with --signing-key every commit is signed', async (t) => {
	if (!hasProgram(t, 'ssh-keygen')) return;
	const [world, key] = [await startLiveWorld(t, byCommit), await makeSshKey(t)];
	world.setReady(false);
	const flags = ['--hub', '--once', '--signing-key', key.privateFile];
	t.is((await runSpillway(t, 'run', ...flags, ...world.flags)).status, 0);
	const config = [
		'-c',
		'gpg.format=ssh',
		'-c',
		`gpg.ssh.allowedSignersFile=${await writeSigners(t, key.publicHalf)}`,
	];
	t.is((await world.repository.git(...config, 'log', '-1', '--format=%G? %an', 'main')).trim(), 'G Spillway');
});

test('a signing key of no use ends the process before anything is done', async (t) => {
	const world = await startLiveWorld(t, byCommit);
	world.setReady(false);
	const key = await writeSigners(t, 'no key');
	const { status, err } = await runSpillway(
		t,
		'run',
		'--hub',
		'--once',
		'--signing-key',
		key,
		...world.flags,
	);
	t.is(status, 78);
	t.regex(err, /E_SIGNING neither an SSH nor an armored OpenPGP private key → /);
	t.is((await world.repository.log()).length, 1);
});

test('F-137 with --verify-commits an unsigned tip puts no policy in force', async (t) => {
	if (!hasProgram(t, 'ssh-keygen')) return;
	const [world, key] = [await startLiveWorld(t), await makeSshKey(t)];
	world.setReady(false);
	const signers = await writeSigners(t, key.publicHalf);
	const { status, out, err } = await runSpillway(t, 'plan', '--verify-commits', signers, ...world.flags);
	t.deepEqual([status, out], [78, '']);
	t.regex(
		err,
		/E_UNTRUSTED policies are not read from \w{12}, there are none yet: commit \w{12} by .* is not signed/,
	);
});

test('a signing key that is not among those who are trusted is told at the start, with the line that is missing', async (t) => {
	if (!hasProgram(t, 'ssh-keygen')) return;
	const [world, key, other] = [await startLiveWorld(t), await makeSshKey(t), await makeSshKey(t)];
	const flags = ['--hub', '--once', '--signing-key', key.privateFile];
	const signers = await writeSigners(t, other.publicHalf);
	const { status, err } = await runSpillway(t, 'run', ...flags, '--verify-commits', signers, ...world.flags);
	t.is(status, 78);
	t.regex(
		err,
		/E_SIGNERS Spillway’s own commits would not be trusted: .* → add to the file: spillway namespaces="git" ssh-ed25519 AAAA\S+$/m,
	);
});

for (const [flags, says] of [
	[
		['--signing-format', 'ssh', '--hub', '--repo', 'https://git.example/x'],
		/--signing-format E_FLAG there is no key to sign with/,
	],
	[
		['--signing-key', 'key', '--linkerd-failover', '--context', 'none'],
		/--signing-key E_FLAG without a config repository there are no commits/,
	],
	[
		['--verify-commits', 'people', '--linkerd-failover', '--context', 'none'],
		/--verify-commits E_FLAG without a config repository/,
	],
	[
		['--signing-key', 'key', '--signing-format', 'x509', '--hub', '--repo', 'https://git.example/x'],
		/Allowed choices are ssh, gpg/,
	],
] as const) {
	test(`flags that do not go together are refused: ${flags.join(' ')}`, async (t) => {
		const { status, err } = await runSpillway(t, 'run', ...flags);
		t.is(status, 2);
		t.regex(err, says);
	});
}
