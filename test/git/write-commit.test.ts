import test from 'ava';
import { type ObjectStore, openObjectStore } from '../../src/git/object-store.ts';
import { findFile, listFiles } from '../../src/git/tree-files.ts';
import { writeCommit } from '../../src/git/write-commit.ts';
import { openMirror } from '../support/git-mirror.ts';
import { createBareRepository } from '../support/git-remote.ts';
import { aCommit } from '../support/repository-under-test.ts';

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
		write(type, content) {
			calls.push(`write ${type}`);
			return store.write(type, content);
		},
	};
}

test('in a repository of 2,000 files only the folders on a path are read and written', async (t) => {
	const bare = await createBareRepository(t, large);
	const store = countCalls(await openObjectStore(bare.path));
	const parent = (await bare.git('rev-parse', 'main')).trim();
	const trees = (count: number) => Array.from({ length: count }, () => 'read tree');

	t.is((await listFiles(store, parent, folder, signal))?.length, 10);
	t.deepEqual(store.calls.splice(0), ['read commit', ...trees(4)]);
	t.is((await findFile(store, parent, path, signal))?.path, path);
	t.deepEqual(store.calls.splice(0), ['read commit', ...trees(4)]);
	await writeCommit(store, aCommit({ parent, files: { [path]: 'weight: 0\n' } }), signal);
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
	const store = await openObjectStore(bare.path);
	const parent = (await bare.git('rev-parse', 'main')).trim();
	const commit = await writeCommit(store, aCommit({ parent, files: { 'a/b': '1', c: '2' } }), signal);
	t.is(await bare.git('rev-parse', `${commit}^{tree}`), await bare.git('rev-parse', `${parent}^{tree}`));
	t.is((await bare.git('rev-parse', `${commit}^`)).trim(), parent);
});
