import type { Problem } from '../../model/problem.ts';
import { formatDuration, type Milliseconds } from '../../model/time.ts';
import type { ChildAnswer } from './child-process.ts';
import { chooseGitBinary, runGit } from './run-git.ts';

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

/** What one run of git is told that must stand neither in its arguments nor in a file. */
export interface GitExtras {
	/** Configuration by key. */
	readonly config?: Readonly<Record<string, string>>;
	/** Variables, which every program that git starts sees as well. */
	readonly environment?: Readonly<Record<string, string>>;
}

/** How a run of git ended. */
export interface GitAnswer extends ChildAnswer {
	/** What a person has to mend, where that is known better than git's words tell. */
	readonly problem?: Problem;
}

/** The system's git on one bare repository, away from anybody's configuration, hooks and prompts. */
export interface GitProgram {
	/** Throws the signal's reason when aborted; every other end is an answer. */
	run(args: readonly string[], signal: AbortSignal, extras?: GitExtras): Promise<GitAnswer>;
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
	const surroundings = composeEnvironment(options);
	const binary = chooseGitBinary(surroundings['PATH']);

	return {
		async run(args, signal, extras = {}) {
			signal.throwIfAborted();
			const stop = new AbortController();
			const abort = (): void => stop.abort();
			const timer = setTimeout(abort, deadline);
			signal.addEventListener('abort', abort, { once: true });
			const environment = { ...surroundings, ...extras.environment, ...composeConfig(extras.config ?? {}) };
			let answer: GitAnswer;
			try {
				answer = await runGit(binary, args, { environment, stop: stop.signal });
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

function composeEnvironment(options: GitProgramOptions): Readonly<Record<string, string>> {
	const { gitdir, home, environment, protocols } = options;
	const kept = inherited.flatMap((name) => {
		const value = environment[name];
		return value === undefined ? [] : [[name, value] as const];
	});
	return {
		...Object.fromEntries(kept),
		HOME: home,
		LC_ALL: 'C',
		GIT_ALLOW_PROTOCOL: protocols,
		// Empty: there is nobody to ask, neither on a terminal nor on a screen.
		GIT_ASKPASS: '',
		GIT_CONFIG_GLOBAL: '/dev/null',
		GIT_CONFIG_NOSYSTEM: '1',
		// Never another repository further up, should this one be damaged.
		GIT_DIR: gitdir,
		GIT_TERMINAL_PROMPT: '0',
		SSH_ASKPASS_REQUIRE: 'never',
	};
}

/** Configuration as variables: other users of the machine see arguments, but not these. */
function composeConfig(config: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
	const entries = Object.entries(config);
	if (entries.length === 0) return {};
	const pairs = entries.flatMap(([key, value], index) => [
		[`GIT_CONFIG_KEY_${index}`, key] as const,
		[`GIT_CONFIG_VALUE_${index}`, value] as const,
	]);
	return { GIT_CONFIG_COUNT: String(entries.length), ...Object.fromEntries(pairs) };
}
