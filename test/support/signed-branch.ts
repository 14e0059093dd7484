import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { fetchTip } from '../../src/git/fetch-tip.ts';
import { openObjectStore } from '../../src/git/objects/object-store.ts';
import { createGitProgram } from '../../src/git/program/git-program.ts';
import { checkRemote } from '../../src/git/remote-branch.ts';
import { openCommitVerifier } from '../../src/git/signatures/verify-commits.ts';
import { type CommitHistory, openCommitHistory } from '../../src/git/signatures/verify-history.ts';
import { createTurns } from '../../src/git/turns.ts';
import type { Trust } from '../../src/model/ports/commit-verifier.ts';
import { formatProblem } from '../../src/model/problem.ts';
import { type BareRepository, createBareRepository, createFolder, gitEnvironment } from './git-remote.ts';
import { readOutput } from './program-output.ts';
import type { KeyPair } from './signing-keys.ts';

export interface BranchCommit {
	readonly parents?: readonly string[];
	/** Without a key it is not signed. */
	readonly key?: KeyPair | undefined;
	/** In seconds. */
	readonly at?: number;
	readonly message?: string;
	/** The commit's tree; default: that of the branch. */
	readonly tree?: string;
}

/** A branch on a server that people commit to, signed or not. */
export interface SignedBranch {
	readonly bare: BareRepository;
	/** Makes a commit; the branch does not move. */
	make(commit: BranchCommit): Promise<string>;
	/** Makes a commit on the tip and moves the branch. */
	push(commit?: Omit<BranchCommit, 'parents'>): Promise<string>;
	/** Stores a commit object as it is given. */
	store(content: string): Promise<string>;
	/** Adds unsigned commits to the branch. */
	grow(commits: number): Promise<void>;
	/** Points the branch elsewhere, whatever was there. */
	move(commit: string): Promise<void>;
}

let count = 0;

export async function createSignedBranch(t: ExecutionContext): Promise<SignedBranch> {
	const bare = await createBareRepository(t, { 'spillway.yaml': 'kind: SpillwayConfig\n' });
	const tree = (await bare.git('rev-parse', 'main^{tree}')).trim();
	const make: SignedBranch['make'] = async ({ parents = [], key, at = 1_750_000_000, message, ...given }) => {
		count += 1;
		const links = parents.flatMap((parent) => ['-p', parent]);
		const sign = key === undefined ? [] : ['-S'];
		const text = message ?? `commit ${count}`;
		const args = [...(key?.git ?? []), 'commit-tree', ...sign, ...links, '-m', text, given.tree ?? tree];
		return await runGit(bare.path, { args, date: `${at} +0000` });
	};
	const move = async (commit: string) => {
		await bare.git('update-ref', 'refs/heads/main', commit);
	};
	await move(await make({}));
	return {
		bare,
		make,
		move,
		async grow(commits) {
			const who = 'committer Ada <ada@example.com> 1750000000 +0000';
			const ref = 'refs/heads/main';
			const stream = Array.from({ length: commits }, (_, index) => {
				const from = index === 0 ? `from ${ref}^0\n` : '';
				return `commit ${ref}\n${who}\ndata 0\n${from}`;
			});
			await runGit(bare.path, { args: ['fast-import', '--quiet', '--force'], input: stream.join('\n') });
		},
		store: (input) => runGit(bare.path, { args: ['hash-object', '-w', '-t', 'commit', '--stdin'], input }),
		async push(commit = {}) {
			const tip = (await bare.git('rev-parse', 'main')).trim();
			const id = await make({ ...commit, parents: [tip] });
			await move(id);
			return id;
		},
	};
}

/** What verifying a branch takes, over a mirror that holds the tip alone. */
export interface VerifiedBranch {
	/** Fetches the branch's tip, and judges it: `trusted`, or the problem in a line. */
	judge(trusted?: string): Promise<string>;
	/** The same with a tip that is at hand. */
	verify(tip: string, trusted?: string): Promise<string>;
	/** Depths that history was fetched to. */
	readonly depths: readonly number[];
	allow(...signers: readonly string[]): Promise<void>;
	/** From now on ssh-keygen is killed as soon as it starts, or is the real one again. */
	breakPrograms(isBroken: boolean): Promise<void>;
}

const { signal } = new AbortController();

export async function verifyBranch(
	t: ExecutionContext,
	{ bare }: SignedBranch,
	...signers: readonly string[]
): Promise<VerifiedBranch> {
	const folder = await createFolder(t);
	const gitdir = await makeMirror(folder);
	const remote = checkRemote({ url: bare.url, branch: 'main', allowInsecure: true });
	const environment = { PATH: process.env['PATH'] };
	const git = createGitProgram({ gitdir, home: folder, environment, protocols: 'file' });
	const objects = openObjectStore({ gitdir, home: folder, path: process.env['PATH'] });
	t.teardown(() => objects.renew());
	const depths: number[] = [];
	const real = openCommitHistory({ git, remote, objects, takeTurn: createTurns() });
	const history: CommitHistory = {
		read: real.read,
		deepen(commit, depth, caller) {
			depths.push(depth);
			return real.deepen(commit, depth, caller);
		},
	};
	const signersFile = join(folder, 'signers');
	const allow = (...allowed: readonly string[]) => writeFile(signersFile, allowed.join(''));
	await allow(...signers);
	const programs = await createFolder(t);
	const path = { PATH: `${programs}:${process.env['PATH']}` };
	const parts = { signersFile, folder, environment: path, history, display: 'the config repository' };
	const verifier = await openCommitVerifier(parts, signal);
	t.teardown(verifier.close);
	const verify = async (tip: string, trusted?: string) => show(await verifier.verify(tip, trusted, signal));
	return {
		depths,
		allow,
		async breakPrograms(isBroken) {
			const program = join(programs, 'ssh-keygen');
			if (isBroken) await writeFile(program, '#!/bin/sh\nkill -9 $$\n', { mode: 0o755 });
			else await rm(program);
		},
		verify,
		async judge(trusted) {
			await fetchTip(git, remote, 'refs/mirror/tip', signal);
			const { stdout } = await git.run(['rev-parse', 'refs/mirror/tip'], signal);
			return await verify(stdout.trim(), trusted);
		},
	};
}

async function makeMirror(folder: string): Promise<string> {
	const gitdir = join(folder, 'mirror.git');
	for (const below of ['objects', 'refs']) await mkdir(join(gitdir, below), { recursive: true });
	await writeFile(join(gitdir, 'HEAD'), 'ref: refs/heads/none\n');
	await writeFile(join(gitdir, 'config'), '[core]\nrepositoryFormatVersion = 0\nbare = true\n');
	return gitdir;
}

function show(trust: Trust): string {
	return trust.kind === 'trusted' ? 'trusted' : formatProblem(trust.problem);
}

interface GitRun {
	readonly args: readonly string[];
	/** Of author and committer. */
	readonly date?: string;
	readonly input?: string;
}

async function runGit(gitdir: string, { args, date = '', input = '' }: GitRun): Promise<string> {
	const identity = { GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'ada@example.com', GIT_AUTHOR_DATE: date };
	const committer = { GIT_COMMITTER_NAME: 'Ada', GIT_COMMITTER_EMAIL: 'ada@example.com' };
	const env = { ...gitEnvironment(gitdir), ...identity, ...committer, GIT_COMMITTER_DATE: date };
	const output = await readOutput('git', ['--git-dir', gitdir, ...args], { env, input: [input] });
	return output.toString().trim();
}
