import test from 'ava';
import type { NewFiles } from '../../src/simulator/memory-history.ts';
import { aCommit, type MakeRemote, readText } from '../support/repository-under-test.ts';
import { historyContract } from './repository-history.ts';
import { newFilesContract } from './repository-new-files.ts';
import { failureContract, pushContract } from './repository-pushes.ts';

const { signal } = new AbortController();

const config: NewFiles = {
	'.gitignore': '*.log\n',
	'clusters/east/emoji.yaml': 'weight: 1\n',
	'clusters/east/nested/web.yaml': 'weight: 2\n',
	'clusters/east/run.sh': { mode: 'executable', content: '#!/bin/sh\n' },
	'clusters/east/same.yaml': { mode: 'symlink', content: 'emoji.yaml' },
	'clusters/east-2/emoji.yaml': 'weight: 3\n',
	'modules/other': { mode: 'submodule', content: '1234567890123456789012345678901234567890' },
	'spillway.yaml': 'kind: SpillwayConfig\n',
};

/** What every implementation of the port holds to; `name` tells them apart. */
export function repositoryContract(name: string, make: MakeRemote): void {
	readingContract(name, make);
	committingContract(name, make);
	newFilesContract(name, make);
	historyContract(name, make);
	pushContract(name, make);
	failureContract(name, make);
}

function readingContract(name: string, make: MakeRemote): void {
	test(`${name}: refresh returns the tip and sees what others commit`, async (t) => {
		const remote = await make(t, config);
		const repository = await remote.open();
		t.is(repository.branch, 'main');
		t.deepEqual(
			[await repository.refresh(signal)],
			(await remote.log()).map(({ id }) => id),
		);
		const theirs = await remote.commitDirectly({ 'spillway.yaml': 'kind: Changed\n', new: 'x' }, 'theirs');
		t.is(await repository.refresh(signal), theirs);
		t.is(await readText(repository, theirs, 'spillway.yaml'), 'kind: Changed\n');
		t.is(await readText(repository, theirs, 'new'), 'x');
	});

	test(`${name}: refreshes at the same time all see the tip`, async (t) => {
		const remote = await make(t, config);
		const repository = await remote.open();
		const theirs = await remote.commitDirectly({ new: 'x' }, 'theirs');
		const tips = await Promise.all(Array.from({ length: 4 }, () => repository.refresh(signal)));
		t.deepEqual(tips, [theirs, theirs, theirs, theirs]);
	});

	test(`${name}: files lists what is below a folder, sorted, with modes`, async (t) => {
		const repository = await (await make(t, config)).open();
		const tip = await repository.refresh(signal);
		const list = async (folder: string) =>
			(await repository.files(tip, folder, signal))?.map(({ path, mode }) => `${mode} ${path}`);
		t.deepEqual(await list('clusters/east'), [
			'file clusters/east/emoji.yaml',
			'file clusters/east/nested/web.yaml',
			'executable clusters/east/run.sh',
			'symlink clusters/east/same.yaml',
		]);
		t.deepEqual(await list('modules'), ['submodule modules/other']);
		t.is((await list(''))?.length, Object.keys(config).length);
		for (const folder of ['west', 'clusters/west', 'spillway.yaml', 'clusters/east/', '/clusters', '.']) {
			t.is(await list(folder), undefined, folder);
		}
	});

	test(`${name}: file finds exactly the path asked for`, async (t) => {
		const repository = await (await make(t, config)).open();
		const tip = await repository.refresh(signal);
		const path = 'clusters/east/emoji.yaml';
		const listed = await repository.files(tip, 'clusters/east', signal);
		t.deepEqual(
			await repository.file(tip, path, signal),
			listed?.find((file) => file.path === path),
		);
		t.is(await readText(repository, tip, path), 'weight: 1\n');
		for (const missing of [
			'',
			'clusters',
			`${path}/x`,
			'Spillway.yaml',
			'./spillway.yaml',
			'/spillway.yaml',
		]) {
			t.is(await repository.file(tip, missing, signal), undefined, missing);
		}
	});

	test(`${name}: of a file beyond the limit only one byte more is read, so that its length tells`, async (t) => {
		const repository = await (await make(t, { large: 'x'.repeat(3_000_000), small: '12345' })).open();
		const tip = await repository.refresh(signal);
		const read = async (path: string, limit?: number) => {
			const file = await repository.file(tip, path, signal);
			return Buffer.from(await repository.read(file?.blob ?? '', signal, limit)).toString();
		};
		t.is(await read('large', 10), 'x'.repeat(11));
		t.is(await read('large', 2_999_998), 'x'.repeat(2_999_999));
		t.is(await read('large', 3_000_000), 'x'.repeat(3_000_000));
		t.is((await read('large')).length, 3_000_000);
		t.is(await read('small', 4), '12345');
		t.is(await read('small', 5), '12345');
		t.is(await read('small', 0), '1');
	});

	test(`${name}: equal bytes have equal blob ids, whatever the path and the commit`, async (t) => {
		const remote = await make(t, { a: 'same', 'b/c': 'same', d: 'other' });
		const repository = await remote.open();
		const before = await repository.refresh(signal);
		const after = await remote.commitDirectly({ d: 'same' }, 'alike');
		t.is(await repository.refresh(signal), after);
		const a = await repository.file(before, 'a', signal);
		t.is((await repository.file(before, 'b/c', signal))?.blob, a?.blob);
		t.not((await repository.file(before, 'd', signal))?.blob, a?.blob);
		t.is((await repository.file(after, 'd', signal))?.blob, a?.blob);
	});
}

function committingContract(name: string, make: MakeRemote): void {
	test(`${name}: a commit changes the files given and keeps every other entry and mode`, async (t) => {
		const remote = await make(t, config);
		const repository = await remote.open();
		const parent = await repository.refresh(signal);
		const files = {
			'clusters/east/run.sh': '#!/bin/sh\nexit\n',
			'clusters/east/nested/web.yaml': 'weight: 0\n',
		};
		const commit = await repository.commit(aCommit({ parent, files, message: 'move\n\nbecause\n' }), signal);
		t.deepEqual(await repository.push(commit, parent, signal), { kind: 'pushed' });

		const [newest] = await remote.log();
		t.is(newest?.id, commit);
		t.deepEqual([...(newest?.files ?? [])].sort(), Object.keys(files).sort());
		t.is(newest?.message.trim(), 'move\n\nbecause');
		const before = (await repository.files(parent, '', signal)) ?? [];
		const after = (await repository.files(commit, '', signal)) ?? [];
		const kept = (list: typeof before) => list.filter(({ path }) => !Object.hasOwn(files, path));
		t.deepEqual(kept(after), kept(before));
		t.is((await repository.file(commit, 'clusters/east/run.sh', signal))?.mode, 'executable');
		t.is(await readText(repository, commit, 'clusters/east/nested/web.yaml'), 'weight: 0\n');
	});

	test(`${name}: the same input gives the same commit, another input another one`, async (t) => {
		const remote = await make(t, { a: '1', b: '2' });
		const [repository, other] = [await remote.open(), await remote.open()];
		const parent = await repository.refresh(signal);
		await other.refresh(signal);
		const input = aCommit({ parent, files: { a: '3' } });
		const id = await repository.commit(input, signal);
		t.is(await repository.commit(input, signal), id);
		t.is(await other.commit(input, signal), id);
		const others = [
			{ ...input, at: input.at + 1000 },
			{ ...input, message: 'other' },
			{ ...input, author: { ...input.author, name: 'Else' } },
			{ ...input, committer: { ...input.author, name: 'Other' } },
			aCommit({ parent, files: { a: '4' } }),
			aCommit({ parent, files: { b: '3' } }),
			{ ...input, parent: id },
		];
		const ids = await Promise.all(others.map((different) => repository.commit(different, signal)));
		t.is(new Set([id, ...ids]).size, others.length + 1);
	});

	test(`${name}: a commit alone does not move the branch`, async (t) => {
		const remote = await make(t, { a: '1' });
		const repository = await remote.open();
		const parent = await repository.refresh(signal);
		await repository.commit(aCommit({ parent, files: { a: '2' } }), signal);
		t.is(await repository.refresh(signal), parent);
		t.is((await remote.log()).length, 1);
	});

	test(`${name}: every byte survives, and so does every name`, async (t) => {
		const names = [
			'with space',
			`quo"te's`,
			'back\\slash',
			'ümläut/ключ/鍵.yaml',
			'😀',
			'\uFF5E',
			'-dash',
			'a\tb',
		];
		const contents = [
			Buffer.from('\uFEFFweight: 1\r\n# no end of line'),
			Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
			Buffer.alloc(0),
			Buffer.alloc(300_000, 'spillway '),
		];
		const seed = Object.fromEntries(names.map((path) => [path, Buffer.from('seed')]));
		const repository = await (await make(t, seed)).open();
		const parent = await repository.refresh(signal);
		const sorted = names.map((path) => Buffer.from(path)).sort(Buffer.compare);
		const listed = await repository.files(parent, '', signal);
		t.deepEqual(
			listed?.map(({ path }) => path),
			sorted.map(String),
		);

		const files = new Map(
			names.map((path, index) => [path, contents[index % contents.length] ?? Buffer.alloc(0)]),
		);
		const commit = await repository.commit({ ...aCommit({ parent, files: {} }), files }, signal);
		t.deepEqual(await repository.push(commit, parent, signal), { kind: 'pushed' });
		for (const [path, content] of files) {
			const file = await repository.file(commit, path, signal);
			const bytes = await repository.read(file?.blob ?? '', signal);
			t.true(content.equals(bytes), path);
		}
	});
}
