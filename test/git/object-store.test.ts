import { createHash, randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { type ObjectStore, openObjectStore } from '../../src/git/object-store.ts';
import { createBareRepository } from '../support/git-remote.ts';

async function readText(store: ObjectStore, id: string): Promise<string> {
	return Buffer.from(await store.read(id, 'blob')).toString();
}

test('objects are read wherever git keeps them, also while it packs them again', async (t) => {
	const bare = await createBareRepository(t, { a: 'one' });
	const store = await openObjectStore(bare.path);
	const idOf = async (path: string) => (await bare.git('rev-parse', `main:${path}`)).trim();
	const a = await idOf('a');
	t.is(await readText(store, a), 'one');
	for (const [path, text] of Object.entries({ b: 'two', c: 'three' })) {
		await bare.commit({ [path]: text }, path);
		await bare.git('repack', '-adq');
		await store.notePacks();
		t.is(await readText(store, await idOf(path)), text);
		t.is(await readText(store, a), 'one');
	}
	await bare.commit({ d: 'four' }, 'd');
	await bare.git('repack', '-adq');
	t.is(await readText(store, await idOf('d')), 'four', 'without being told');
});

test('what is written is what git reads, and nothing is left beside it', async (t) => {
	const bare = await createBareRepository(t, { a: 'one' });
	const store = await openObjectStore(bare.path);
	const contents = ['', 'x', 'x', 'y'.repeat(100_000)];
	const write = async (text: string) => ({ text, id: await store.write('blob', Buffer.from(text)) });
	for (const { text, id } of await Promise.all(contents.map(write))) {
		t.is(await bare.git('cat-file', 'blob', id), text);
	}
	await bare.git('fsck', '--strict');
	const names = await readdir(join(bare.path, 'objects'), { recursive: true });
	t.deepEqual(
		names.filter((name) => name.includes('tmp_')),
		[],
	);
});

test('an object is there as a whole or not at all, so that a kill leaves no half of one', async (t) => {
	const bare = await createBareRepository(t, { a: 'one' });
	const store = await openObjectStore(bare.path);
	const content = randomBytes(4_000_000);
	const id = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
	const path = join(bare.path, 'objects', id.slice(0, 2), id.slice(2));
	const sizes = new Set<number | undefined>();
	let isWritten = false;
	const watching = (async () => {
		while (!isWritten) {
			sizes.add(statSync(path, { throwIfNoEntry: false })?.size);
			await new Promise((resolve) => setImmediate(resolve));
		}
	})();
	t.is(await store.write('blob', content), id);
	isWritten = true;
	await watching;
	const { size } = statSync(path);
	t.deepEqual(
		[...sizes].filter((seen) => seen !== undefined && seen !== size),
		[],
	);
	t.true(sizes.has(undefined));
});

test('a missing object, or one of another type, is an error', async (t) => {
	const bare = await createBareRepository(t, { a: 'one' });
	const store = await openObjectStore(bare.path);
	const blob = (await bare.git('rev-parse', 'main:a')).trim();
	await t.throwsAsync(store.read('1'.repeat(40), 'blob'), { message: /1111/ });
	await t.throwsAsync(store.read(blob, 'tree'), { message: `object ${blob} is a blob, not a tree` });
});
