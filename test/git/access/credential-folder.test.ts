import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { openCredentialFolder } from '../../../src/git/access/credential-folder.ts';
import { aCanary } from '../../support/canaries.ts';
import { mayHoldSecrets } from '../../support/canary-search.ts';
import { mountSecret } from '../../support/git-credentials.ts';
import { createFolder } from '../../support/git-remote.ts';
import { problemOf } from '../../support/problem-of.ts';

const { signal } = new AbortController();
const [one, two] = [aCanary('first-login'), aCanary('second-login')];

test('files with the names of credentials are read, others are not', async (t) => {
	const folder = await mountSecret(t, { username: 'bot', password: `${one}\n` });
	await writeFile(join(folder, 'notes.txt'), 'x');
	await mkdir(join(folder, '..data'));
	t.deepEqual(await openCredentialFolder(folder).read('look', signal), {
		place: `the folder ${folder}`,
		values: { username: 'bot', password: one },
	});
});

test('the file of a key is named as well', async (t) => {
	const folder = await mountSecret(t, { identity: 'one\ntwo\n' });
	t.like(await openCredentialFolder(folder).read('look', signal), { identityFile: join(folder, 'identity') });
});

test('F37 a Secret that kubelet swaps is read anew', async (t) => {
	const folder = mayHoldSecrets(await createFolder(t));
	for (const [version, token] of Object.entries({ one, two })) {
		await mkdir(join(folder, `..${version}`));
		await writeFile(join(folder, `..${version}`, 'bearerToken'), token);
	}
	await symlink('..one', join(folder, '..data'));
	await symlink(join('..data', 'bearerToken'), join(folder, 'bearerToken'));
	const source = openCredentialFolder(folder);
	t.deepEqual((await source.read('look', signal)).values, { bearerToken: one });
	await symlink('..two', join(folder, '..next'));
	await rename(join(folder, '..next'), join(folder, '..data'));
	t.deepEqual((await source.read('look', signal)).values, { bearerToken: two });
});

test('a folder that is missing, empty, or holds something else is told', async (t) => {
	const folder = await createFolder(t);
	const read = (path: string) => problemOf(openCredentialFolder(path).read('look', signal));
	t.like(await read(folder), {
		code: 'E_GIT_CREDENTIALS',
		message: 'it holds no file with a name of a credential',
	});
	t.like(await read(join(folder, 'nope')), { message: 'it cannot be read: ENOENT' });
	await mkdir(join(folder, 'password'));
	t.like(await read(folder), { message: `${join(folder, 'password')} cannot be read: EISDIR` });
});

test('a file larger than any Secret is refused', async (t) => {
	const folder = await mountSecret(t, { known_hosts: 'x'.repeat(1024 * 1024) });
	const source = openCredentialFolder(folder);
	t.is((await source.read('look', signal)).values.known_hosts?.length, 1024 * 1024);
	await writeFile(join(folder, 'known_hosts'), 'x'.repeat(1024 * 1024 + 1));
	t.like(await problemOf(source.read('look', signal)), { code: 'E_GIT_CREDENTIALS' });
});
