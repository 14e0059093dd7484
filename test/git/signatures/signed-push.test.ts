import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openCommitSigner } from '../../../src/git/signatures/sign-commit.ts';
import { openCommitVerifier } from '../../../src/git/signatures/verify-commits.ts';
import { openCommitHistory } from '../../../src/git/signatures/verify-history.ts';
import { ProblemError } from '../../../src/model/problem.ts';
import { openMirror } from '../../support/git-mirror.ts';
import { createBareRepository, createFolder } from '../../support/git-remote.ts';
import { aCommit } from '../../support/repository-under-test.ts';
import { hasProgram, type KeyPair, makeGpgKey, makeSshKey } from '../../support/signing-keys.ts';

const { signal } = new AbortController();
const environment = { PATH: process.env['PATH'] };

async function openSigned(t: ExecutionContext, { privateFile: keyFile }: KeyPair) {
	const bare = await createBareRepository(t, { 'spillway.yaml': 'weight: 1\n' });
	const signer = await openCommitSigner({ keyFile, folder: await createFolder(t), environment }, signal);
	t.teardown(signer.close);
	return { bare, repository: await openMirror(t, bare.url, { sign: signer.sign }) };
}

/** Commits and pushes a change; returns the commit, which is of now: no key signs for a time before it was made. */
async function push(repository: Awaited<ReturnType<typeof openSigned>>['repository'], weight: number) {
	const parent = await repository.refresh(signal);
	const files = { 'spillway.yaml': `weight: ${weight}\n` };
	const commit = await repository.commit({ ...aCommit({ parent, files }), at: Date.now() }, signal);
	return { commit, outcome: await repository.push(commit, parent, signal) };
}

test('ssh: git itself verifies what was pushed', async (t) => {
	if (!hasProgram(t, 'ssh-keygen')) return;
	const key = await makeSshKey(t);
	const { bare, repository } = await openSigned(t, key);
	const { commit, outcome } = await push(repository, 2);
	t.deepEqual(outcome, { kind: 'pushed' });
	const signers = join(await createFolder(t), 'signers');
	await writeFile(signers, key.publicHalf);
	const config = ['-c', 'gpg.format=ssh', '-c', `gpg.ssh.allowedSignersFile=${signers}`];
	t.is((await bare.git(...config, 'log', '-1', '--format=%G? %GS', commit)).trim(), 'G ada@example.com');
	await t.notThrowsAsync(bare.git(...config, 'verify-commit', commit));
});

test('gpg: git itself verifies what was pushed', async (t) => {
	if (!hasProgram(t, 'gpg')) return;
	const key = await makeGpgKey(t);
	const { bare, repository } = await openSigned(t, key);
	const { commit, outcome } = await push(repository, 2);
	t.deepEqual(outcome, { kind: 'pushed' });
	await t.notThrowsAsync(bare.git(...key.git, 'verify-commit', commit));
	t.regex(
		await bare.git(...key.git, 'log', '-1', '--format=%G? %GS', commit),
		/^[GU] Ada <ada@example\.com>/,
	);
});

for (const [format, program, make] of [
	['ssh', 'ssh-keygen', makeSshKey],
	['gpg', 'gpg', makeGpgKey],
] as const) {
	test(`${format}: a mirror verifies its own commits and those of others, over its own history`, async (t) => {
		if (!hasProgram(t, program)) return;
		const key = await make(t);
		const { bare, repository } = await openSigned(t, key);
		const folder = await createFolder(t);
		const signersFile = join(folder, 'signers');
		await writeFile(signersFile, key.publicHalf);
		const history = openCommitHistory(repository.mirror);
		const parts = { signersFile, folder, environment, history, display: repository.url };
		const verifier = await openCommitVerifier(parts, signal);
		t.teardown(verifier.close);
		const first = await push(repository, 2);
		t.deepEqual(await verifier.verify(first.commit, undefined, signal), { kind: 'trusted' });
		const other = await openMirror(t, bare.url);
		await push(repository, 3);
		const third = await push(repository, 4);
		t.deepEqual(await verifier.verify(third.commit, first.commit, signal), { kind: 'trusted' });
		const { commit } = await push(other, 5);
		t.is(await repository.refresh(signal), commit);
		const trust = await verifier.verify(commit, third.commit, signal);
		t.is(trust.kind === 'refused' ? trust.problem.code : trust.kind, 'E_UNTRUSTED');
	});
}

test('F8 a server that wants another signature refuses, and nothing unsigned follows', async (t) => {
	if (!hasProgram(t, 'ssh-keygen')) return;
	const { bare, repository } = await openSigned(t, await makeSshKey(t));
	await bare.hook('pre-receive', 'echo "GH006: Commits must have verified signatures." >&2; exit 1');
	const before = await bare.git('rev-parse', 'main');
	const { outcome } = await push(repository, 2);
	t.is(outcome.kind, 'refused');
	t.regex(JSON.stringify(outcome), /Commits must have verified signatures/);
	t.is(await bare.git('rev-parse', 'main'), before);
});

test('F8 a key that has become unusable ends in no commit', async (t) => {
	if (!hasProgram(t, 'ssh-keygen')) return;
	const key = await makeSshKey(t);
	const { bare, repository } = await openSigned(t, key);
	await writeFile(key.privateFile, 'nothing');
	const error = await t.throwsAsync(push(repository, 2), { instanceOf: ProblemError });
	t.is(error?.problem.code, 'E_SIGNING');
	t.is((await bare.log()).length, 1);
});

test('a long path to the temporary folder is no hindrance to gpg', async (t) => {
	if (!hasProgram(t, 'gpg')) return;
	const { privateFile: keyFile } = await makeGpgKey(t);
	const folder = join(await createFolder(t), 'a'.repeat(30));
	await mkdir(folder);
	const signer = await openCommitSigner({ keyFile, folder, environment }, signal);
	t.teardown(signer.close);
	t.regex(await signer.sign(Buffer.from('a\n'), signal), /^-----BEGIN PGP/);
});
