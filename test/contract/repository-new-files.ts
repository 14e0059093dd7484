import test from 'ava';
import { ProblemError } from '../../src/model/problem.ts';
import { aCommit, type MakeRemote, readText } from '../support/repository-under-test.ts';

const { signal } = new AbortController();

/** How a commit adds files, and what it does not write to. */
export function newFilesContract(name: string, make: MakeRemote): void {
	test(`${name}: a commit adds files and the folders they are in, and says who committed`, async (t) => {
		const remote = await make(t, { 'a/b.yaml': '1', 'a/c/d.yaml': '2', z: '3' });
		const repository = await remote.open();
		const parent = await repository.refresh(signal);
		// Between, before and behind what is there; a folder sorts as if its name ended in a slash.
		const files = {
			'0': 'first',
			'a.x': 'behind a-b, before a/',
			'a-b': 'before a/',
			'a/b.y/e': 'in a new folder',
			'a/c/d/e/f.yaml': 'deep',
			'a/c.z': 'beside a folder',
			zz: 'last',
		};
		const committer = { name: 'Approver', email: 'approver@example.com' };
		const commit = await repository.commit({ ...aCommit({ parent, files }), committer }, signal);
		t.deepEqual(await repository.push(commit, parent, signal), { kind: 'pushed' });
		for (const [path, text] of Object.entries(files)) {
			t.is(await readText(repository, commit, path), text, path);
			t.is((await repository.file(commit, path, signal))?.mode, 'file');
		}
		const paths = (await repository.files(commit, '', signal))?.map(({ path }) => path) ?? [];
		const sorted = [...Object.keys(files), 'a/b.yaml', 'a/c/d.yaml', 'z'].map((path) => Buffer.from(path));
		t.deepEqual(paths, sorted.sort(Buffer.compare).map(String));
		t.is((await remote.log())[0]?.id, commit);
	});

	test(`${name}: nothing is written through or over what is no file`, async (t) => {
		const repository = await (
			await make(t, {
				'folder/file': 'x',
				link: { mode: 'symlink', content: 'folder' },
				module: { mode: 'submodule', content: '1234567890123456789012345678901234567890' },
			})
		).open();
		const parent = await repository.refresh(signal);
		const write = (...paths: readonly string[]) => {
			const files = Object.fromEntries(paths.map((path) => [path, 'new']));
			return repository.commit(aCommit({ parent, files }), signal);
		};
		for (const path of ['link', 'link/file', 'module', 'module/file', 'folder', 'folder/file/below']) {
			const error = await t.throwsAsync(write(path), { instanceOf: ProblemError }, path);
			t.is(error?.problem.code, 'E_GIT_MODE', path);
		}
		const error = await t.throwsAsync(write('new', 'new/below'), { instanceOf: ProblemError });
		t.is(error?.problem.code, 'E_GIT_MODE');
		for (const path of ['', '/a', 'a/', 'a//b', '.', '../a', 'a/..', '.git/config', 'a/.GIT/hooks/x']) {
			await t.throwsAsync(write(path), { instanceOf: RangeError }, path);
		}
	});
}
