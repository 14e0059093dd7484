import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ProblemError } from '../../model/problem.ts';
import type { GitAccess } from '../mirror-folder.ts';
import type { GitAnswer, GitExtras, GitProgram } from '../program/git-program.ts';
import type { RemoteBranch } from '../remote-branch.ts';
import { findServer, isLoopback } from '../repository-url.ts';
import { explainAccessFailure } from './access-failure.ts';
import { type AccessFiles, createAccessFiles } from './access-files.ts';
import { type Credentials, credentialsError } from './credentials.ts';
import { composeHttpAccess } from './http-access.ts';
import { chooseLogin, type Login, listSecrets } from './login.ts';
import { createRefusals, type Errand } from './refusals.ts';
import { composeSshAccess } from './ssh-access.ts';

export interface RemoteAccessOptions extends GitAccess {
	/** The mirror's; what git must find in files goes below it. */
	readonly folder: string;
	readonly remote: RemoteBranch;
}

/** Commands that ask the server, and what for. */
const errands: Readonly<Record<string, Errand>> = { 'ls-remote': 'read', fetch: 'read', push: 'push' };

const anonymous: Login = { kind: 'none' };
const steady = { now: (): number => performance.now() };

/**
 * Lends git what it needs to be let in, for each run that asks the server. A refused login is read again and, if it
 * has changed, tried again once; then it rests until it changes, but for a probe now and then. An answer without a
 * status line says in `problem` what a person has to mend.
 */
export function reachRemote(git: GitProgram, options: RemoteAccessOptions): GitProgram {
	const { remote, credentials: source, clock = steady } = options;
	const files = createAccessFiles(join(options.folder, 'access'));
	const refusals = createRefusals(clock);

	const attempt = async (args: readonly string[], known: Known, signal: AbortSignal): Promise<Attempt> => {
		const login = known === undefined ? anonymous : chooseLogin(known, remote.protocol);
		requireSecrecy(options, known, login);
		const answer = await git.run(args, signal, await composeExtras(options, { known, login, files }));
		const shown = known === undefined ? answer : hide(answer, listSecrets(known, login));
		const run = { remote, place: known?.place, isPush: errands[args[0] ?? ''] === 'push' };
		const failure = await explainAccessFailure(shown, run);
		if (failure === undefined) return { answer: shown, isRefused: false };
		return { answer: { ...shown, problem: failure.problem }, isRefused: failure.isLogin };
	};

	const attemptTwice = async (args: readonly string[], errand: Errand, signal: AbortSignal) => {
		const known = await source?.read('look', signal);
		const resting = refusals.recall(errand, known?.values);
		if (resting !== undefined) return resting;
		const first = await attempt(args, known, signal);
		if (!first.isRefused) refusals.forget(errand);
		if (!first.isRefused) return first.answer;
		const renewed = await source?.read('renew', signal);
		const hasChanged = !isDeepStrictEqual(renewed?.values, known?.values);
		const last = hasChanged ? await attempt(args, renewed, signal) : first;
		if (last.isRefused) refusals.note(errand, renewed?.values, last.answer);
		return last.answer;
	};

	return {
		async run(args, signal, extras) {
			const errand = errands[args[0] ?? ''];
			if (errand === undefined) return await git.run(args, signal, extras);
			try {
				return await attemptTwice(args, errand, signal);
			} catch (error) {
				if (!(error instanceof ProblemError)) throw error;
				return { status: null, stdout: '', stderr: '', problem: error.problem };
			}
		},
	};
}

/** The credentials of the moment; `undefined` where there is no source of any. */
type Known = Credentials | undefined;

interface Attempt {
	readonly answer: GitAnswer;
	readonly isRefused: boolean;
}

/** Throws ProblemError where a secret would cross a network in the clear. */
function requireSecrecy({ remote, credentialHelper }: RemoteAccessOptions, known: Known, login: Login): void {
	if (remote.protocol !== 'http') return;
	if (login.kind === 'none' && credentialHelper === undefined) return;
	const server = findServer(remote.url);
	if (server !== undefined && isLoopback(server)) return;
	const place = known?.place ?? '--credential-helper';
	throw credentialsError(
		place,
		'credentials are not sent over http, where others can read them',
		'use https',
	);
}

async function composeExtras(
	{ remote, sshCommand, credentialHelper: helper }: RemoteAccessOptions,
	{ known, login, files }: { readonly known: Known; readonly login: Login; readonly files: AccessFiles },
): Promise<GitExtras> {
	const server = findServer(remote.url);
	if (server === undefined) return {};
	const parts = { login, files, ...(known === undefined ? {} : { credentials: known }) };
	if (remote.protocol !== 'ssh') {
		const { config, ...extras } = await composeHttpAccess(remote.url, parts);
		return helper === undefined
			? { ...extras, ...(config && { config }) }
			: { ...extras, config: { ...config, 'credential.helper': helper } };
	}
	return sshCommand === undefined ? await composeSshAccess({ ...parts, server }) : {};
}

/** Shorter ones stand in other words too, and in the ids of commits. */
const shortestHidden = 6;

/** Servers repeat what they were sent, some of them. Only what a failed run printed is ever shown. */
function hide(answer: GitAnswer, secrets: readonly string[]): GitAnswer {
	if (answer.status === 0) return answer;
	const hidden = secrets.filter((each) => each.length >= shortestHidden);
	const clean = (text: string): string => hidden.reduce((rest, each) => rest.replaceAll(each, '***'), text);
	return { ...answer, stdout: clean(answer.stdout), stderr: clean(answer.stderr) };
}
