import test from 'ava';
import { createSignedBranch, verifyBranch } from '../../support/signed-branch.ts';
import { hasProgram, makeGpgKey, makeSshKey, revokeGpgKey } from '../../support/signing-keys.ts';

const makers = [
	['ssh', 'ssh-keygen', makeSshKey],
	['gpg', 'gpg', makeGpgKey],
] as const;

/** Keys cannot sign for a time before they were made, so commits that gpg signs are of today. */
const now = () => Math.floor(Date.now() / 1000);

for (const [format, program, make] of makers) {
	test(`${format}: commits signed by an allowed signer are trusted, each once`, async (t) => {
		if (!hasProgram(t, program)) return;
		const [branch, key] = [await createSignedBranch(t), await make(t)];
		const verified = await verifyBranch(t, branch, key.publicHalf);
		const first = await branch.push({ key, at: now() });
		t.is(await verified.judge(), 'trusted');
		await branch.push({ key, at: now() });
		t.is(await verified.judge(first), 'trusted');
		t.deepEqual(verified.depths, []);
	});

	test(`F-137 ${format}: an unsigned or wrongly signed commit is refused, with its id and the reason`, async (t) => {
		if (!hasProgram(t, program)) return;
		const [branch, key, other] = [await createSignedBranch(t), await make(t), await make(t)];
		const verified = await verifyBranch(t, branch, key.publicHalf);
		const first = await branch.push({ key, at: now() });
		const unsigned = await branch.push();
		const refused = await verified.judge(first);
		t.true(
			refused.includes(`stay as of ${first.slice(0, 12)}: commit ${unsigned.slice(0, 12)} by Ada`),
			refused,
		);
		t.regex(refused, /E_UNTRUSTED .* <ada@example\.com> is not signed → /);
		await branch.move(first);
		const foreign = await branch.push({ key: other, at: now() });
		t.regex(
			await verified.judge(first),
			new RegExp(`${foreign.slice(0, 12)} .* which is not among those allowed`),
		);
	});

	test(`F-137 ${format}: a signed tip does not make up for an unsigned commit below it`, async (t) => {
		if (!hasProgram(t, program)) return;
		const [branch, key] = [await createSignedBranch(t), await make(t)];
		const verified = await verifyBranch(t, branch, key.publicHalf);
		const first = await branch.push({ key, at: now() });
		t.is(await verified.judge(), 'trusted');
		const unsigned = await branch.push();
		await branch.push({ key, at: now() });
		t.regex(await verified.judge(first), new RegExp(`commit ${unsigned.slice(0, 12)} .*is not signed`));
	});

	test(`F-137 ${format}: a merge of an unsigned branch is refused, however well the merge is signed`, async (t) => {
		if (!hasProgram(t, program)) return;
		const [branch, key] = [await createSignedBranch(t), await make(t)];
		const verified = await verifyBranch(t, branch, key.publicHalf);
		const before = await branch.push({ key, at: now() });
		const side = await branch.make({ parents: [before], at: now() });
		const signedSide = await branch.make({ parents: [before], key, at: now() });
		const first = await branch.push({ key, at: now() });
		t.is(await verified.judge(before), 'trusted');
		await branch.move(await branch.make({ parents: [first, signedSide], key, at: now() + 1 }));
		t.is(await verified.judge(first), 'trusted');
		await branch.move(await branch.make({ parents: [first, side], key, at: now() + 1 }));
		t.regex(await verified.judge(first), new RegExp(`commit ${side.slice(0, 12)} .*is not signed`));
	});

	test(`F-137 ${format}: a signature taken from another commit is none`, async (t) => {
		if (!hasProgram(t, program)) return;
		const [branch, key] = [await createSignedBranch(t), await make(t)];
		const verified = await verifyBranch(t, branch, key.publicHalf);
		const first = await branch.push({ key, at: now() });
		const raw = await branch.bare.git('cat-file', 'commit', first);
		const tampered = await branch.store(raw.replace(/\n\ncommit \d+/, '\n\nsomething else'));
		await branch.move(tampered);
		t.regex(await verified.judge(), /has a bad signature/);
	});
}

test('F-138 a key counts for commits of the time it was valid in, and for no others', async (t) => {
	if (!hasProgram(t, 'ssh-keygen')) return;
	const branch = await createSignedBranch(t);
	const key = await makeSshKey(t, { allowedOptions: 'valid-after="20250101",valid-before="20260101"' });
	const verified = await verifyBranch(t, branch, '# signers of this repository\n\n', key.publicHalf);
	const first = await branch.push({ key, at: seconds('2025-06-01') });
	t.is(await verified.judge(), 'trusted');
	await branch.push({ key, at: seconds('2026-02-01') });
	t.regex(
		await verified.judge(first),
		/does not count: line 3: key has expired: .* > valid-before 2026-01-01/,
	);
	await branch.move(first);
	await branch.push({ key, at: seconds('2024-12-01') });
	t.regex(await verified.judge(first), /does not count: line 3: key is not yet valid/);
});

test('F-138 a key that is taken off the list counts no more, whatever date a commit has; what was trusted stays so', async (t) => {
	if (!hasProgram(t, 'ssh-keygen')) return;
	const [branch, key, other] = [await createSignedBranch(t), await makeSshKey(t), await makeSshKey(t)];
	const verified = await verifyBranch(t, branch, key.publicHalf, other.publicHalf);
	const first = await branch.push({ key });
	t.is(await verified.judge(), 'trusted');
	await branch.push({ key });
	await verified.allow(other.publicHalf);
	t.regex(await verified.judge(first), /SSH key SHA256:\S+, which is not among those allowed/);
	await branch.move(first);
	await branch.push({ key: other });
	t.is(await verified.judge(first), 'trusted');
});

test('F-138 a tip that was refused is judged anew once its key is allowed', async (t) => {
	if (!hasProgram(t, 'ssh-keygen')) return;
	const [branch, key, other] = [await createSignedBranch(t), await makeSshKey(t), await makeSshKey(t)];
	const verified = await verifyBranch(t, branch, key.publicHalf);
	const first = await branch.push({ key });
	await branch.push({ key: other });
	t.regex(await verified.judge(first), /not among those allowed/);
	await verified.allow(key.publicHalf, other.publicHalf);
	t.is(await verified.judge(first), 'trusted');
});

test('F-138 an OpenPGP key that has expired counts for commits from before, one that is revoked for none', async (t) => {
	if (!hasProgram(t, 'gpg')) return;
	const branch = await createSignedBranch(t);
	const key = await makeGpgKey(t, { madeAt: '20250101T000000', expires: '1y' });
	const verified = await verifyBranch(t, branch, key.publicHalf);
	const first = await branch.push({ key, at: seconds('2025-06-01') });
	t.is(await verified.judge(), 'trusted');
	await branch.push({ key, at: seconds('2026-06-01') });
	t.regex(await verified.judge(first), /OpenPGP key [0-9A-F]+, which had expired when the commit was made/);
	await branch.move(first);
	await branch.push({ key, at: seconds('2024-06-01') });
	t.regex(await verified.judge(first), /cannot be checked or was not valid yet/);
	await branch.move(first);
	await verified.allow(await revokeGpgKey(key));
	t.regex(await verified.judge(), /OpenPGP key [0-9A-F]+, which is revoked/);
});

test('F-139 a branch that is moved back to an older signed commit is refused', async (t) => {
	if (!hasProgram(t, 'ssh-keygen')) return;
	const [branch, key] = [await createSignedBranch(t), await makeSshKey(t)];
	const verified = await verifyBranch(t, branch, key.publicHalf);
	const older = await branch.push({ key });
	t.is(await verified.judge(), 'trusted');
	const newer = await branch.push({ key });
	t.is(await verified.judge(older), 'trusted');
	await branch.move(older);
	const refused = await verified.judge(newer);
	t.regex(refused, /the branch was moved back to a commit before the trusted .* → .*signed revert commit/);
	t.deepEqual(verified.depths, []);
	await branch.move(newer);
	await branch.push({ key });
	t.is(await verified.judge(newer), 'trusted');
});

test('F-109 a rewritten branch is refused, however well it is signed', async (t) => {
	if (!hasProgram(t, 'ssh-keygen')) return;
	const [branch, key] = [await createSignedBranch(t), await makeSshKey(t)];
	const verified = await verifyBranch(t, branch, key.publicHalf);
	const base = await branch.push({ key });
	const trusted = await branch.push({ key });
	t.is(await verified.judge(), 'trusted');
	await branch.move(await branch.make({ parents: [base], key }));
	t.regex(
		await verified.judge(trusted),
		/the branch was rewritten: the trusted commit \w{12} is no longer in it/,
	);
	await branch.move(await branch.make({ key }));
	t.regex(await verified.judge(trusted), /the branch was rewritten/);
});

test('F-124 history that is missing is fetched as far as needed, and not twice for the same tip', async (t) => {
	if (!hasProgram(t, 'ssh-keygen')) return;
	const [branch, key] = [await createSignedBranch(t), await makeSshKey(t)];
	const verified = await verifyBranch(t, branch, key.publicHalf);
	const first = await branch.push({ key });
	t.is(await verified.judge(), 'trusted');
	for (let step = 0; step < 5; step += 1) await branch.push({ key });
	t.is(await verified.judge(first), 'trusted');
	t.deepEqual(verified.depths, [50]);
	t.is(await verified.judge(first), 'trusted');
	t.deepEqual(verified.depths, [50]);
});

test('F-124 the other side of a merge is fetched back to where it left the branch, whatever lies before that', async (t) => {
	if (!hasProgram(t, 'ssh-keygen')) return;
	const [branch, key] = [await createSignedBranch(t), await makeSshKey(t)];
	const verified = await verifyBranch(t, branch, key.publicHalf);
	const fork = await branch.push({ at: 1_750_000_100 });
	const side = await branch.make({ parents: [fork], key, at: 1_750_000_150 });
	await branch.push({ at: 1_750_000_200 });
	const trusted = await branch.push({ key, at: 1_750_000_300 });
	t.is(await verified.judge(), 'trusted');
	const merge = await branch.make({ parents: [trusted, side], key, at: 1_750_000_400 });
	await branch.move(merge);
	t.is(await verified.judge(trusted), 'trusted');
	t.deepEqual(verified.depths, [50]);
});

test('F-124 history beyond the cap is never taken as verified', async (t) => {
	if (!hasProgram(t, 'ssh-keygen')) return;
	const [branch, key] = [await createSignedBranch(t), await makeSshKey(t)];
	const verified = await verifyBranch(t, branch, key.publicHalf);
	const trusted = await branch.push({ key });
	t.is(await verified.judge(), 'trusted');
	await branch.grow(1_100);
	const tip = await branch.push({ key });
	const refused = await verified.judge(trusted);
	t.regex(refused, /cannot be verified|more than 1000 commits/);
	t.deepEqual(verified.depths, [50, 250, 1000]);
	t.is(await verified.verify(tip, trusted), refused);
	t.deepEqual(verified.depths, [50, 250, 1000]);
});

test('a check that failed is no verdict: it is told, and made again', async (t) => {
	if (!hasProgram(t, 'ssh-keygen')) return;
	const [branch, key] = [await createSignedBranch(t), await makeSshKey(t)];
	const verified = await verifyBranch(t, branch, key.publicHalf);
	await branch.push({ key });
	await verified.breakPrograms(true);
	await t.throwsAsync(verified.judge(), {
		message: /E_SIGNERS the signature of commit \w+ cannot be checked: .*killed/,
	});
	await verified.breakPrograms(false);
	t.is(await verified.judge(), 'trusted');
});

function seconds(day: string): number {
	return Date.parse(`${day}T12:00:00Z`) / 1000;
}
