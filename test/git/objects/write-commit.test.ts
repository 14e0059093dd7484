import test from 'ava';
import { type ObjectStore, openObjectStore } from '../../../src/git/objects/object-store.ts';
import { findFile, listFiles } from '../../../src/git/objects/tree-files.ts';
import { writeCommit } from '../../../src/git/objects/write-commit.ts';
import { openMirror } from '../../support/git-mirror.ts';
import { createBareRepository } from '../../support/git-remote.ts';
import { aCommit } from '../../support/repository-under-test.ts';

const { signal } = new AbortController();

/** 2,000 files: 20 clusters of 10 folders of 10 files. */
const large = Object.fromEntries(
	Array.from({ length: 2000 }, (_, index) => [
		`clusters/c${index % 20}/team-${Math.floor(index / 20) % 10}/svc-${index}.yaml`,
		`weight: ${index}\n`,
	]),
);
const folder = 'clusters/c7/team-3';
const path = Object.keys(large).find((name) => name.startsWith(folder)) ?? '';

function countCalls(store: ObjectStore): ObjectStore & { readonly calls: string[] } {
	const calls: string[] = [];
	return {
		calls,
		read(id, type) {
			calls.push(`read ${type}`);
			return store.read(id, type);
		},
		readStart: store.readStart,
		write(type, content) {
			calls.push(`write ${type}`);
			return store.write(type, content);
		},
	};
}

test('in a repository of 2,000 files only the folders on a path are read and written', async (t) => {
	const bare = await createBareRepository(t, large);
	const store = countCalls(
		openObjectStore({ gitdir: bare.path, home: bare.path, path: process.env['PATH'] }),
	);
	const parent = (await bare.git('rev-parse', 'main')).trim();
	const trees = (count: number) => Array.from({ length: count }, () => 'read tree');

	t.is((await listFiles(store, parent, folder, signal))?.length, 10);
	t.deepEqual(store.calls.splice(0), ['read commit', ...trees(4)]);
	t.is((await findFile(store, parent, path, signal))?.path, path);
	t.deepEqual(store.calls.splice(0), ['read commit', ...trees(4)]);
	await writeCommit({ store }, aCommit({ parent, files: { [path]: 'weight: 0\n' } }), signal);
	const written = ['write blob', 'write tree', 'write tree', 'write tree', 'write tree', 'write commit'];
	t.deepEqual(store.calls, ['read commit', ...trees(4), ...written]);
});

test('a repository of 2,000 files is refreshed, changed and pushed', async (t) => {
	const bare = await createBareRepository(t, large);
	const repository = await openMirror(t, bare.url);
	const parent = await repository.refresh(signal);
	t.is((await repository.files(parent, '', signal))?.length, 2000);
	const commit = await repository.commit(aCommit({ parent, files: { [path]: 'weight: 0\n' } }), signal);
	t.deepEqual(await repository.push(commit, parent, signal), { kind: 'pushed' });
	t.deepEqual((await bare.log())[0]?.files, [path]);
	await bare.git('fsck', '--strict');
});

test('a commit that changes nothing has its parent’s tree', async (t) => {
	const bare = await createBareRepository(t, { 'a/b': '1', c: '2' });
	const store = openObjectStore({ gitdir: bare.path, home: bare.path, path: process.env['PATH'] });
	const parent = (await bare.git('rev-parse', 'main')).trim();
	const commit = await writeCommit({ store }, aCommit({ parent, files: { 'a/b': '1', c: '2' } }), signal);
	t.is(await bare.git('rev-parse', `${commit}^{tree}`), await bare.git('rev-parse', `${parent}^{tree}`));
	t.is((await bare.git('rev-parse', `${commit}^`)).trim(), parent);
});

test('a commit is signed before anything is written, and not written where it cannot be signed', async (t) => {
	const bare = await createBareRepository(t, { a: '1' });
	const asked: string[] = [];
	let isBroken = false;
	const sign = (content: Uint8Array) => {
		asked.push(Buffer.from(content).toString());
		if (isBroken) return Promise.reject(new Error('no key'));
		return Promise.resolve('-----BEGIN SSH SIGNATURE-----\nU1NI\n-----END SSH SIGNATURE-----\n');
	};
	const repository = await openMirror(t, bare.url, { sign });
	const parent = await repository.refresh(signal);
	const commit = await repository.commit(aCommit({ parent, files: { a: '2' } }), signal);
	t.deepEqual(await repository.push(commit, parent, signal), { kind: 'pushed' });
	const raw = await bare.git('cat-file', 'commit', commit);
	t.true(raw.includes('\ngpgsig -----BEGIN SSH SIGNATURE-----\n U1NI\n -----END SSH SIGNATURE-----\n\n'));
	t.is(raw.replace(/gpgsig (?:.*\n )*.*\n/, ''), asked[0] ?? '');
	await bare.git('fsck', '--strict');

	isBroken = true;
	const { calls, ...store } = countCalls(repository.mirror.objects);
	const input = aCommit({ parent: commit, files: { a: '3' } });
	await t.throwsAsync(writeCommit({ store, sign }, input, signal), { message: 'no key' });
	t.deepEqual(
		calls.filter((call) => call.startsWith('write')),
		[],
	);
});
