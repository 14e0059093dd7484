import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { createBareRepository, createFolder } from '../support/git-remote.ts';

const writers = 8;
const commits = 5;

test('F-107, F24 eight processes that commit to one branch lose nothing and double nothing', async (t) => {
	t.timeout(240_000);
	const bare = await createBareRepository(t, { lines: '', other: 'x' });
	const script = join(import.meta.dirname, '..', 'support', 'git-append-lines.ts');
	const runs = Array.from({ length: writers }, async (_, writer) => {
		const args = [script, bare.url, await createFolder(t), String(writer), String(commits)];
		return await promisify(execFile)(process.execPath, args);
	});
	await Promise.all(runs);
	const lines = String(await bare.show('lines'))
		.trim()
		.split('\n');
	const expected = Array.from({ length: writers * commits }, (_, index) => {
		return `${Math.floor(index / commits)}.${index % commits}`;
	});
	t.deepEqual(lines.toSorted(), expected.toSorted());
	const log = await bare.log();
	t.is(log.length, writers * commits + 1);
	t.true(log.slice(0, -1).every(({ files }) => files.join() === 'lines'));
	await bare.git('fsck', '--strict');
});
