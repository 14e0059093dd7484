import { simpleGit } from 'simple-git';
import { formatDuration, type Milliseconds } from '../model/time.ts';

/** Variables by name, as the process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface GitProgramOptions {
	/** The bare repository. */
	readonly gitdir: string;
	/** A folder without any configuration. */
	readonly home: string;
	/** Where PATH, the SSH agent, proxies and trusted certificates are taken from; nothing else is. */
	readonly environment: Environment;
	/** Schemes that git may use, redirects included: `https`, `http:https`. */
	readonly protocols: string;
	/** For one run; 60 s unless told otherwise. */
	readonly deadline?: Milliseconds;
}

/** How a run of git ended. */
export interface GitAnswer {
	/** 0 when all went well, anything else when not, also when git was stopped or could not be started. */
	readonly status: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** The system's git on one bare repository, away from anybody's configuration, hooks and prompts. */
export interface GitProgram {
	/** Throws the signal's reason when aborted; every other end is an answer. */
	run(args: readonly string[], signal: AbortSignal): Promise<GitAnswer>;
}

const defaultDeadline: Milliseconds = 60_000;

const inherited = [
	'PATH',
	'TMPDIR',
	'SSH_AUTH_SOCK',
	'SSL_CERT_FILE',
	'SSL_CERT_DIR',
	...['ALL_PROXY', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()]),
];

export function createGitProgram(options: GitProgramOptions): GitProgram {
	const { deadline = defaultDeadline } = options;
	const env = composeEnvironment(options);
	const allowEnvironment = Object.keys(env).filter((name) => name.startsWith('GIT_'));

	return {
		async run(args, signal) {
			signal.throwIfAborted();
			const stop = new AbortController();
			const abort = () => stop.abort();
			const timer = setTimeout(abort, deadline);
			signal.addEventListener('abort', abort, { once: true });
			let answer: GitAnswer = { status: 0, stdout: '', stderr: '' };
			try {
				// A new instance each time, since one that failed drops whatever else was asked of it.
				const git = simpleGit({
					// GIT_DIR tells which repository; this only has to exist.
					baseDir: '/',
					abort: stop.signal,
					allowEnvironment,
					errors: (_error, { exitCode, stdOut, stdErr }) => {
						answer = { status: exitCode, stdout: decode(stdOut), stderr: decode(stdErr) };
						return undefined;
					},
				});
				await git.env(env).raw([...args]);
			} finally {
				clearTimeout(timer);
				signal.removeEventListener('abort', abort);
			}
			signal.throwIfAborted();
			if (!stop.signal.aborted || answer.status === 0) return answer;
			return { ...answer, stderr: `fatal: not through within ${formatDuration(deadline)}\n${answer.stderr}` };
		},
	};
}

function composeEnvironment({ gitdir, home, environment, protocols }: GitProgramOptions): NodeJS.ProcessEnv {
	const kept = inherited.flatMap((name) => {
		const value = environment[name];
		return value === undefined ? [] : [[name, value] as const];
	});
	return {
		...Object.fromEntries(kept),
		HOME: home,
		LC_ALL: 'C',
		GIT_ALLOW_PROTOCOL: protocols,
		GIT_CONFIG_NOSYSTEM: '1',
		// Never another repository further up, should this one be damaged.
		GIT_DIR: gitdir,
		GIT_TERMINAL_PROMPT: '0',
	};
}

function decode(chunks: readonly Buffer[]): string {
	return Buffer.concat(chunks).toString('utf8');
}
