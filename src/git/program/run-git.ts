import type { ChildProcess } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';
import { type SimpleGitOptions, simpleGit } from 'simple-git';
import { endOnAbort } from './child-end.ts';
import { type ChildAnswer, type ChildOptions, decodeOutput } from './child-process.ts';
import { observeChild } from './spawned-child.ts';

/** What simple-git starts: git itself, or a program that becomes git. */
export type GitBinary = 'git' | readonly ['setsid', 'git'];

/**
 * simple-git refuses what strangers may slip into arguments. All of ours are composed here, and variables and keys
 * are what it refuses: it looks for words such as `alias` anywhere in a key, where the name of a server may
 * stand. What would name a program by an argument stays refused.
 */
const guards: Required<NonNullable<SimpleGitOptions['unsafe']>> = {
	allowAbbreviatedOptions: false,
	allowUnsafeCustomBinary: false,
	allowUnsafeExec: false,
	allowUnsafePack: false,
	allowUnsafeTemplateDir: false,
	allowUnsafeAlias: true,
	allowUnsafeAskPass: true,
	allowUnsafeCommandBinaries: true,
	allowUnsafeConfigEnvCount: true,
	allowUnsafeConfigPaths: true,
	allowUnsafeCredentialHelper: true,
	allowUnsafeDiffExternal: true,
	allowUnsafeDiffTextConv: true,
	allowUnsafeEditor: true,
	allowUnsafeFilter: true,
	allowUnsafeFsMonitor: true,
	allowUnsafeGitProxy: true,
	allowUnsafeGpgProgram: true,
	allowUnsafeHooksPath: true,
	allowUnsafeInclude: true,
	allowUnsafeMergeDriver: true,
	allowUnsafePager: true,
	allowUnsafeProtocolOverride: true,
	allowUnsafeSshCommand: true,
	allowUnsafeSubmodule: true,
	allowUnsafeUrlRewrite: true,
};

/**
 * How git is started on a PATH. simple-git starts programs in our own process group; `setsid` (util-linux, busybox)
 * gives git one of its own without another process in between. macOS has none.
 */
export function chooseGitBinary(path = ''): GitBinary {
	const hasSetsid = path.split(delimiter).some((folder) => isProgram(join(folder, 'setsid')));
	return hasSetsid ? ['setsid', 'git'] : 'git';
}

function isProgram(file: string): boolean {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

/** Has simple-git run git once. A git that cannot be started is an answer. */
export async function runGit(
	binary: GitBinary,
	args: readonly string[],
	{ environment, stop }: Pick<ChildOptions, 'environment' | 'stop'>,
): Promise<ChildAnswer> {
	let answer: ChildAnswer | undefined;
	let failure: string | undefined;
	const run = async (): Promise<unknown> => {
		// A new instance each time: one runs its tasks in turn, and drops those that wait when one fails. Its own
		// `abort` would stop git before anything can tell what git has started.
		const git = simpleGit({
			// GIT_DIR tells which repository; this only has to exist.
			baseDir: '/',
			binary: typeof binary === 'string' ? binary : [...binary],
			allowEnvironment: Object.keys(environment),
			completion: { onClose: true, onExit: false },
			unsafe: guards,
			errors: (_error, { exitCode, stdOut, stdErr }) => {
				answer = { status: exitCode, stdout: decodeOutput(stdOut), stderr: decodeOutput(stdErr) };
				return undefined;
			},
		});
		return await git.env(hideFromPrints(environment)).raw([...args]);
	};
	try {
		await observeChild(run, (child) => {
			child.once('spawn', () => attend(child, stop));
			child.once('error', ({ message }) => {
				failure ??= message;
			});
		});
	} catch (error) {
		// Why a program could not be started is told a moment after that it was not.
		await setImmediate();
		failure ??= error instanceof Error ? error.message : String(error);
	}
	return failure === undefined && answer !== undefined
		? answer
		: { status: null, stdout: '', stderr: failure ?? 'git was not started' };
}

function attend(child: ChildProcess, stop: AbortSignal): void {
	endOnAbort(child, stop);
	child.stdin?.end();
	// Of a program that says nothing at all, simple-git waits 50 ms for late output; after `close` there is none.
	child.stdout?.emit('data', Buffer.alloc(0));
}

/** With DEBUG=simple-git the environment is printed, and credentials are in it. */
function hideFromPrints(environment: Readonly<Record<string, string>>): object {
	return { ...environment, [inspect.custom]: () => `${Object.keys(environment).length} variables` };
}
