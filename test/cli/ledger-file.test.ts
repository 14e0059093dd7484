import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { createLedgerFile } from '../../src/cli/ledger-file.ts';
import { ProblemError } from '../../src/model/problem.ts';
import { ledgerStoreContract } from '../contract/ledger-store.ts';
import { createFolder } from '../support/git-remote.ts';

const { signal } = new AbortController();

ledgerStoreContract('a file', async (t) => {
	const folder = await createFolder(t);
	return () => createLedgerFile(join(folder, 'state', 'ledger.json'));
});

test('only its owner may read it, and nothing is left beside it', async (t) => {
	const folder = await createFolder(t);
	const path = join(folder, 'ledger.json');
	await writeFile(`${path}.new`, 'of a process that died');
	await chmod(`${path}.new`, 0o666);
	await createLedgerFile(path).save('{}', signal);
	t.is((await stat(path)).mode & 0o777, 0o600);
	t.deepEqual(await readdir(folder), ['ledger.json']);
});

test('what cannot be read is kept beside it', async (t) => {
	const path = join(await createFolder(t), 'ledger.json');
	await writeFile(path, 'garbage');
	const store = createLedgerFile(path);
	t.is(await store.load(signal), 'garbage');
	await store.putAside('garbage', signal);
	t.is(await store.load(signal), undefined);
	t.is(await readFile(`${path}.unreadable`, 'utf8'), 'garbage');
});

test('a place that cannot be read or written is a problem that names it', async (t) => {
	const folder = await createFolder(t);
	const path = join(folder, 'ledger.json');
	await mkdir(path);
	const store = createLedgerFile(path);
	for (const call of [store.load(signal), store.save('{}', signal)]) {
		const error = await t.throwsAsync(call, { instanceOf: ProblemError });
		t.is(error.problem.code, 'E_LEDGER');
		t.deepEqual(error.problem.where, { kind: 'named', name: path });
	}
	t.deepEqual(await readdir(folder), ['ledger.json']);
});
