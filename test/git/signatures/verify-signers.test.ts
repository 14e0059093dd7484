import test from 'ava';
import { ProblemError } from '../../../src/model/problem.ts';
import { createSignedBranch, verifyBranch } from '../../support/signed-branch.ts';
import { hasProgram, makeGpgKey, makeSshKey } from '../../support/signing-keys.ts';

test('SSH and OpenPGP signers may stand in one file', async (t) => {
	if (!hasProgram(t, 'ssh-keygen') || !hasProgram(t, 'gpg')) return;
	const [branch, ssh, gpg] = [await createSignedBranch(t), await makeSshKey(t), await makeGpgKey(t)];
	const verified = await verifyBranch(t, branch, '# people\n', gpg.publicHalf, ssh.publicHalf);
	const first = await branch.push({ key: ssh, at: Math.floor(Date.now() / 1000) });
	t.is(await verified.judge(), 'trusted');
	await branch.push({ key: gpg, at: Math.floor(Date.now() / 1000) });
	t.is(await verified.judge(first), 'trusted');
});

test('a signature made for something else than git is none', async (t) => {
	if (!hasProgram(t, 'ssh-keygen')) return;
	const [branch, key] = [await createSignedBranch(t), await makeSshKey(t)];
	const verified = await verifyBranch(t, branch, key.publicHalf.replace('"git"', '"file"'));
	await branch.push({ key });
	t.regex(await verified.judge(), /is signed with the SSH key SHA256:\S+, which is not among those allowed/);
});

test('more than one signature, and one of another kind, are refused', async (t) => {
	if (!hasProgram(t, 'ssh-keygen')) return;
	const [branch, key] = [await createSignedBranch(t), await makeSshKey(t)];
	const verified = await verifyBranch(t, branch, key.publicHalf);
	const signed = await branch.bare.git('cat-file', 'commit', await branch.push({ key }));
	const [header = ''] = /^gpgsig (?:.*\n )*.*\n/m.exec(signed) ?? [];
	await branch.move(await branch.store(signed.replace(header, header + header)));
	t.regex(await verified.judge(), /carries more than one signature/);
	await branch.move(await branch.store(signed.replaceAll('SSH SIGNATURE', 'SIGNED MESSAGE')));
	t.regex(await verified.judge(), /neither SSH nor OpenPGP/);
	await branch.move(await branch.store(signed.replaceAll('SSH SIGNATURE', 'PGP SIGNATURE')));
	t.regex(await verified.judge(), /is signed with an OpenPGP key, and \S+ has no such key/);
});

for (const [what, text, says] of [
	['nothing', '# nobody\n', /no allowed signer and no public key in it/],
	['a line that is none', 'ada@example.com\n', /line 1 is no allowed signer \(got ada@example\.com\)/],
	['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n', /a private key, which has no place here/],
	[
		'an armored key that is none',
		'-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n',
		/public key 1 of 1 is of no use/,
	],
] as const) {
	test(`a signers’ file with ${what} is refused at the start, and later on puts nothing in force`, async (t) => {
		if (!hasProgram(t, 'ssh-keygen')) return;
		const [branch, key] = [await createSignedBranch(t), await makeSshKey(t)];
		const refused = await t.throwsAsync(verifyBranch(t, branch, text), { instanceOf: ProblemError });
		t.is(refused?.problem.code, 'E_SIGNERS');
		t.regex(refused?.message ?? '', says);
		const verified = await verifyBranch(t, branch, key.publicHalf);
		await branch.push({ key });
		await verified.allow(text);
		await t.throwsAsync(verified.judge(), { instanceOf: ProblemError, message: says });
	});
}
