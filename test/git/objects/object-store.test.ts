import { createHash, randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import test from 'ava';
import { ObjectMissing, ObjectTooLarge } from '../../../src/git/objects/object-error.ts';
import {
	maxObjectBytes,
	type ObjectStore,
	openObjectStore,
	type RepositoryObjects,
} from '../../../src/git/objects/object-store.ts';
import { type BareRepository, createBareRepository } from '../../support/git-remote.ts';

function open({ path }: BareRepository): RepositoryObjects {
	return openObjectStore({ gitdir: path, home: path, path: process.env['PATH'] });
}

async function readText(store: ObjectStore, id: string): Promise<string> {
	return Buffer.from(await store.read(id, 'blob')).toString();
}

test('objects are read wherever git keeps them, also while it packs them again', async (t) => {
	const bare = await createBareRepository(t, { a: 'one' });
	const store = open(bare);
	const idOf = async (path: string) => (await bare.git('rev-parse', `main:${path}`)).trim();
	const a = await idOf('a');
	t.is(await readText(store, a), 'one');
	for (const [path, text] of Object.entries({ b: 'two', c: 'three' })) {
		await bare.commit({ [path]: text }, path);
		await bare.git('repack', '-adq');
		t.is(await readText(store, await idOf(path)), text);
		t.is(await readText(store, a), 'one');
	}
	await bare.commit({ d: 'four' }, 'd');
	await bare.git('repack', '-adq');
	t.is(await readText(store, await idOf('d')), 'four');
	store.renew();
	t.is(await readText(store, a), 'one');
});

test('what is written is what git reads, and nothing is left beside it', async (t) => {
	const bare = await createBareRepository(t, { a: 'one' });
	const store = open(bare);
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
	const store = open(bare);
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
	const store = open(bare);
	const blob = (await bare.git('rev-parse', 'main:a')).trim();
	await t.throwsAsync(store.read('1'.repeat(40), 'blob'), { instanceOf: ObjectMissing, message: /1111/ });
	await t.throwsAsync(store.read(blob, 'tree'), { message: `object ${blob} is a blob, not a tree` });
});

test('nothing but an object id is asked of git', async (t) => {
	const bare = await createBareRepository(t, { a: 'one' });
	const store = open(bare);
	for (const id of ['main', 'main:a', '', `${'1'.repeat(40)}\nmain`, 'A'.repeat(40), '--help']) {
		await t.throwsAsync(store.read(id, 'blob'), { instanceOf: RangeError }, id);
	}
});

test('many reads at once are each answered with their own object', async (t) => {
	const texts = Array.from({ length: 300 }, (_, index) => `${index} `.repeat(1 + ((index * 97) % 3000)));
	const bare = await createBareRepository(
		t,
		Object.fromEntries(texts.map((text, index) => [`f${String(index).padStart(3, '0')}`, text])),
	);
	const store = open(bare);
	const listing = await bare.git('ls-tree', '--format=%(objectname)', 'main');
	const ids = listing.trim().split('\n');
	const read = await Promise.all(ids.map((id) => readText(store, id)));
	t.deepEqual(read, texts);
	const missing = store.read('2'.repeat(40), 'blob').then(
		() => 'found',
		() => 'missing',
	);
	const mixed = await Promise.all([readText(store, ids[1] ?? ''), missing, readText(store, ids[2] ?? '')]);
	t.deepEqual(mixed, [texts[1], 'missing', texts[2]]);
});

test('an object that is damaged fails its read, and no other', async (t) => {
	const bare = await createBareRepository(t, { a: 'one', b: 'two' });
	const store = open(bare);
	const [a, b] = (await bare.git('rev-parse', 'main:a', 'main:b')).trim().split('\n');
	const place = join(bare.path, 'objects', (a ?? '').slice(0, 2));
	await mkdir(place, { recursive: true });
	await rm(join(place, (a ?? '').slice(2)), { force: true });
	for (const content of ['no object', deflateSync('blob 3\0two'), deflateSync('blob 7\0one')]) {
		await writeFile(join(place, (a ?? '').slice(2)), content);
		store.renew();
		const reads = [store.read(b ?? '', 'blob'), store.read(a ?? '', 'blob'), store.read(b ?? '', 'blob')];
		const [before, damaged, after] = await Promise.allSettled(reads);
		t.is(damaged?.status, 'rejected');
		t.deepEqual([before?.status, after?.status], ['fulfilled', 'fulfilled']);
	}
	await store.write('blob', Buffer.from('one'));
	t.is(await readText(store, a ?? ''), 'one', 'writing it again mends it');
});

test('F-126 of a file of 100 MB no more is read than is asked for', async (t) => {
	const bare = await createBareRepository(t, { huge: Buffer.alloc(104_857_600), small: 'x' });
	const store = open(bare);
	const [huge, small] = (await bare.git('rev-parse', 'main:huge', 'main:small')).trim().split('\n');
	const [start, whole, other] = await Promise.allSettled([
		store.readStart(huge ?? '', 262_144),
		store.read(huge ?? '', 'blob'),
		readText(store, small ?? ''),
	]);
	t.is(start.status === 'fulfilled' ? start.value.length : 0, 262_145);
	t.true(whole.status === 'rejected' && whole.reason instanceof ObjectTooLarge);
	t.deepEqual(other, { status: 'fulfilled', value: 'x' });
	t.true(start.status === 'fulfilled' && start.value.buffer.byteLength < 2 * maxObjectBytes);
});
