import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { createGitRemote } from '../../src/simulator/git-remote.ts';
import { createFolder, gitEnvironment } from '../support/git-remote.ts';

/** Names whose order differs between paths and trees: git sorts a folder as if it ended with a slash. */
const files = new Map([
	['spillway.yaml', 'a: 1\n'],
	['clusters/east/split.yaml', 'weight: 1 # → 0\n'],
	['clusters/east.yaml', 'b: 2\n'],
	['clusters/east-old/split.yaml', ''],
	['clusters/west/split.yaml', 'weight: 1\r\n'],
]);

async function startRemote(t: ExecutionContext) {
	const folder = await createFolder(t);
	const author = { name: 'Platform Team', email: 'platform@example.com' };
	const remote = await createGitRemote({
		folder: join(folder, 'config.git'),
		files,
		message: 'first files',
		author,
		at: 1_750_000_000_999,
	});
	const git = async (...args: readonly string[]): Promise<string> => {
		const { stdout } = await promisify(execFile)('git', args, { env: gitEnvironment(folder), cwd: folder });
		return stdout;
	};
	return { folder, remote, git };
}

test('git finds the repository sound, with one commit on main', async (t) => {
	const { remote, git } = await startRemote(t);
	await t.notThrowsAsync(git('-C', remote.path, 'fsck', '--strict', '--full'));
	const log = await git('-C', remote.path, 'log', '--format=%H %an <%ae> %ct %s %D', '--all');
	const author = 'Platform Team <platform@example.com> 1750000000';
	t.is(log, `${await remote.tip()} ${author} first files HEAD -> main\n`);
	t.is(await git('-C', remote.path, 'rev-parse', '--is-bare-repository'), 'true\n');
});

test('a clone has the files, byte for byte, and no others', async (t) => {
	const { folder, remote, git } = await startRemote(t);
	await git('clone', '--quiet', remote.url, 'clone');
	const listed = await git('-C', 'clone', 'ls-files', '-z');
	t.deepEqual(listed.split('\0').slice(0, -1).sort(), [...files.keys()].sort());
	for (const [path, text] of files) t.is(await readFile(join(folder, 'clone', path), 'utf8'), text);
});

test('what anybody pushes is the new tip', async (t) => {
	const { folder, remote, git } = await startRemote(t);
	const first = await remote.tip();
	await git('clone', '--quiet', remote.url, 'clone');
	await writeFile(join(folder, 'clone', 'spillway.yaml'), 'a: 2\n');
	const person = ['-c', 'user.name=Somebody', '-c', 'user.email=else@example.com'];
	await git('-C', 'clone', ...person, 'commit', '--quiet', '--all', '--message=change');
	await git('-C', 'clone', 'push', '--quiet');
	t.is(`${await remote.tip()}\n`, await git('-C', 'clone', 'rev-parse', 'HEAD'));
	t.not(await remote.tip(), first);
});

test('its URL leads back to its path, whatever the folder is called', async (t) => {
	const folder = join(await createFolder(t), 'a folder #1.git');
	const author = { name: 'Platform Team', email: 'platform@example.com' };
	const remote = await createGitRemote({ folder, files, message: 'first files', author, at: 0 });
	t.is(fileURLToPath(remote.url), folder);
});
