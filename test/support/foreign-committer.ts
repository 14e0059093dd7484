import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createFolder, gitEnvironment } from './git-remote.ts';

/** Somebody else who pushes to a branch, with nothing but git. */
export interface ForeignCommitter {
	/** Pushes a file of its own every so often, in ms, until aborted. Resolves to the messages of what it has pushed. */
	run(interval: number, signal: AbortSignal): Promise<readonly string[]>;
}

type Owner = Parameters<typeof createFolder>[0];

/** Its clone goes with the test. */
export async function createForeignCommitter(t: Owner, url: string): Promise<ForeignCommitter> {
	const gitdir = join(await createFolder(t), 'foreign.git');
	const git = (args: readonly string[], input = ''): Promise<boolean> => runGit(gitdir, args, input);
	await git(['init', '--quiet', '--bare', gitdir]);

	/** Fetches, commits, pushes; false where somebody else was faster. */
	const attempt = async (message: string): Promise<boolean> => {
		const isFetched = await git(['fetch', '--quiet', '--depth=1', url, '+refs/heads/main:refs/heads/theirs']);
		if (!isFetched) return false;
		await git(['fast-import', '--quiet', '--force'], composeImport(message));
		return await git(['push', '--quiet', url, 'refs/heads/mine:refs/heads/main']);
	};

	return {
		async run(interval, signal) {
			const messages: string[] = [];
			while (!signal.aborted) {
				const message = `foreign ${messages.length + 1}`;
				// What was begun is finished, so that it is known what must be there.
				while (!(await attempt(message))) await setTimeout(20 * Math.random());
				messages.push(message);
				await setTimeout(interval, undefined, { signal }).catch(() => undefined);
			}
			return messages;
		},
	};
}

function composeImport(message: string): string {
	const file = `notes/${message.replace(' ', '-')}.md`;
	return [
		'commit refs/heads/mine',
		'committer Somebody Else <else@example.com> 1750000000 +0000',
		`data ${message.length}`,
		message,
		'from refs/heads/theirs^0',
		`M 100644 inline ${file}`,
		`data ${message.length}`,
		message,
		'',
	].join('\n');
}

/** Whether it went well. */
async function runGit(gitdir: string, args: readonly string[], input: string): Promise<boolean> {
	const child = execFile('git', ['--git-dir', gitdir, ...args], { env: gitEnvironment(gitdir) });
	child.stdin?.on('error', () => undefined).end(input);
	const [status] = await once(child, 'close');
	return status === 0;
}
