import { readdirSync, readFileSync } from 'node:fs';
import { chmod, copyFile, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import {
	type CommitSigner,
	openCommitSigner,
	type SigningOptions,
} from '../../../src/git/signatures/sign-commit.ts';
import { ProblemError } from '../../../src/model/problem.ts';
import { aCanary } from '../../support/canaries.ts';
import { mayHoldSecrets } from '../../support/canary-search.ts';
import { createFolder } from '../../support/git-remote.ts';
import { hasProgram, type KeyPair, makeGpgKey, makeSshKey } from '../../support/signing-keys.ts';

const { signal } = new AbortController();
const content = Buffer.from('tree 0\n\na message\n');

async function open(
	t: ExecutionContext,
	keyFile: string,
	options: Partial<SigningOptions> = {},
): Promise<{ readonly signer: CommitSigner; readonly folder: string }> {
	const folder = await createFolder(t);
	const environment = { PATH: process.env['PATH'] };
	const signer = await openCommitSigner({ keyFile, folder, environment, ...options }, signal);
	t.teardown(signer.close);
	return { signer, folder };
}

/** The message of the problem that opening or signing ends with. */
async function refusal(t: ExecutionContext, work: Promise<unknown>): Promise<string> {
	const error = await t.throwsAsync(work, { instanceOf: ProblemError });
	t.is(error?.problem.code, 'E_SIGNING');
	return error?.message ?? '';
}

/** A folder with programs that take the place of the real ones. */
async function putInPlace(t: ExecutionContext, program: string, script: string): Promise<string> {
	const folder = await createFolder(t);
	await writeFile(join(folder, program), `#!/bin/sh\n${script}\n`);
	await chmod(join(folder, program), 0o755);
	return `${folder}:${process.env['PATH']}`;
}

const makers = [
	['ssh', 'ssh-keygen', makeSshKey, '-----BEGIN SSH SIGNATURE-----'],
	['gpg', 'gpg', makeGpgKey, '-----BEGIN PGP SIGNATURE-----'],
] as const;

for (const [format, program, make, armor] of makers) {
	test(`${format}: a key is known by its content, and signs`, async (t) => {
		if (!hasProgram(t, program)) return;
		const { privateFile } = await make(t);
		const { signer } = await open(t, privateFile);
		const signature = await signer.sign(content, signal);
		t.true(signature.startsWith(`${armor}\n`), signature);
		t.not(signer.publicHalf(), '');
	});

	test(`${format}: a key with a passphrase is refused at the start, and nobody is asked for it`, async (t) => {
		if (!hasProgram(t, program)) return;
		const { privateFile } = await make(t, { passphrase: aCanary('passphrase') });
		const message = await refusal(t, open(t, privateFile));
		t.regex(message, /cannot sign: .* → give an SSH or OpenPGP private key without a passphrase/);
	});

	test(`${format}: a key file that has changed is read anew, and one that has become unusable signs nothing`, async (t) => {
		if (!hasProgram(t, program)) return;
		const [first, second] = [await make(t), await make(t)];
		const { signer } = await open(t, first.privateFile);
		const before = signer.publicHalf();
		await rename(second.privateFile, first.privateFile);
		await signer.sign(content, signal);
		t.not(signer.publicHalf(), before);
		await writeFile(first.privateFile, 'no key any more');
		const message = await refusal(t, signer.sign(content, signal));
		t.regex(message, /neither an SSH nor an armored OpenPGP private key/);
	});

	test(`${format}: nothing of the key is left behind, and no message shows any of it`, async (t) => {
		if (!hasProgram(t, program)) return;
		const { privateFile } = await make(t);
		const { signer, folder } = await open(t, privateFile);
		await signer.close();
		t.deepEqual(await readdir(folder), []);
		const [, line = ''] = readFileSync(privateFile, 'utf8')
			.split('\n')
			.filter((each) => each.length > 40);
		await writeFile(privateFile, readFileSync(privateFile, 'utf8').replace(line, line.toLowerCase()));
		t.false((await refusal(t, open(t, privateFile))).toLowerCase().includes(line.toLowerCase()));
	});

	test(`${format}: an aborted signal ends the wait`, async (t) => {
		if (!hasProgram(t, program)) return;
		const { privateFile } = await make(t);
		const { signer } = await open(t, privateFile);
		const gone = new AbortController();
		const signing = signer.sign(content, gone.signal);
		gone.abort();
		await t.throwsAsync(signing, { name: 'AbortError' });
		t.regex(await signer.sign(content, signal), /^-----BEGIN/);
	});

	test(`${format}: a program that is missing, or is killed, or signs something else is no way to an unsigned commit`, async (t) => {
		if (!hasProgram(t, program)) return;
		const { privateFile } = await make(t);
		const folder = await createFolder(t);
		t.regex(await refusal(t, open(t, privateFile, { environment: { PATH: folder } })), /cannot run/);
		const killed = { PATH: await putInPlace(t, program, 'kill -9 $$') };
		t.regex(await refusal(t, open(t, privateFile, { environment: killed })), /the program was killed/);
		const real = format === 'ssh' ? '*"-Y sign"*) exec' : '*detach-sign*) exec';
		const path = process.env['PATH'];
		const forge = `PATH=${path}; case "$*" in ${real} ${program} "$@" </dev/null ;; *) exec ${program} "$@" ;; esac`;
		const forged = { PATH: await putInPlace(t, program, forge) };
		t.regex(
			await refusal(t, open(t, privateFile, { environment: forged })),
			/the signature made has a bad signature/,
		);
	});
}

test('what is no private key is refused: a public key, something else, nothing at all', async (t) => {
	if (!hasProgram(t, 'ssh-keygen')) return;
	const { privateFile } = await makeSshKey(t);
	t.regex(
		await refusal(t, open(t, `${privateFile}-public`)),
		/neither an SSH nor an armored OpenPGP private key/,
	);
	t.regex(await refusal(t, open(t, `${privateFile}.none`)), /cannot sign: ENOENT/);
	const cut = mayHoldSecrets(`${privateFile}.cut`);
	await writeFile(cut, readFileSync(privateFile, 'utf8').slice(0, 120), { mode: 0o600 });
	t.regex(await refusal(t, open(t, cut)), /cannot sign: /);
});

test('a private SSH key that others may read is refused with the way to mend it', async (t) => {
	if (!hasProgram(t, 'ssh-keygen')) return;
	const { privateFile } = await makeSshKey(t);
	await chmod(privateFile, 0o644);
	t.regex(await refusal(t, open(t, privateFile)), /others may read the private key → .*chmod 600/);
	await chmod(privateFile, 0o600);
});

test('the format that is asked for counts, whatever the file looks like', async (t) => {
	if (!hasProgram(t, 'gpg')) return;
	const { privateFile } = await makeSshKey(t);
	t.regex(await refusal(t, open(t, privateFile, { format: 'gpg' })), /cannot read the key/);
});

test('gpg’s agent may die at any time', async (t) => {
	if (!hasProgram(t, 'gpg')) return;
	const { privateFile } = await makeGpgKey(t);
	const { signer, folder } = await open(t, privateFile);
	for (const pid of findAgents(folder)) process.kill(pid, 'SIGKILL');
	t.regex(await signer.sign(content, signal), /^-----BEGIN PGP/);
	t.is(findAgents(folder).length, 1);
	await signer.close();
	t.deepEqual(findAgents(folder), []);
});

test('an OpenPGP file with two private keys leaves no doubt which one is meant: it is refused', async (t) => {
	if (!hasProgram(t, 'gpg')) return;
	const keys: readonly KeyPair[] = [await makeGpgKey(t), await makeGpgKey(t)];
	const both = mayHoldSecrets(join(await createFolder(t), 'both.asc'));
	await copyFile(keys[0]?.privateFile ?? '', both);
	await writeFile(both, readFileSync(keys[1]?.privateFile ?? ''), { flag: 'a' });
	t.regex(await refusal(t, open(t, both)), /holds 2 keys → give a file with one private key/);
});

/** Agents whose home is below the folder. */
function findAgents(folder: string): readonly number[] {
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.map(Number)
		.filter((pid) => {
			try {
				const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
				return command.startsWith('gpg-agent') && command.includes(folder);
			} catch {
				return false;
			}
		});
}
