import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitVerifier, Trust } from '../../model/ports/commit-verifier.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import { ProblemError, problem, showText } from '../../model/problem.ts';
import type { Environment } from '../program/git-program.ts';
import { createTurns } from '../turns.ts';
import { createSignaturePrograms, findSystemCode } from './sign-program.ts';
import type { CommitHistory } from './verify-history.ts';
import { type CommitRange, type NoRange, type ReadCommit, walkRange } from './verify-range.ts';
import type { SignatureDesk, SignatureVerdict } from './verify-signature.ts';
import { readSignedCommit, type SignedCommit } from './verify-signed-commit.ts';
import { openSigners, type Signers } from './verify-signers.ts';

export interface CommitVerifierParts {
	/** Allowed signers and armored public keys; read anew when it has changed. */
	readonly signersFile: string;
	/** An existing folder, private to this process. */
	readonly folder: string;
	/** The process's own; the programs see only its PATH. */
	readonly environment: Environment;
	readonly history: CommitHistory;
	/** The repository's name for people. */
	readonly display: string;
}

/** A verifier that leaves something behind unless it is closed. */
export interface OpenCommitVerifier extends CommitVerifier {
	/** Judges the signature of one commit object. Throws ProblemError (E_SIGNERS). */
	judge(content: Uint8Array, signal: AbortSignal): Promise<SignatureVerdict>;
	close(): Promise<void>;
}

/** How far back history is fetched, step by step, before a tip is refused for want of it. */
const depths: readonly number[] = [50, 250, 1000];

/** Commits between two looks; more are not judged. */
const maxRange = 1000;

/** Commits whose signature is remembered. */
const maxKnown = 10_000;

/**
 * Judges commits by the signatures of people in a file. Throws ProblemError (E_SIGNERS) where that is of no use,
 * and later whenever it has become so.
 */
export async function openCommitVerifier(
	parts: CommitVerifierParts,
	signal: AbortSignal,
): Promise<OpenCommitVerifier> {
	const folder = await mkdtemp(join(parts.folder, 'v-'));
	const run = createSignaturePrograms({ environment: parts.environment, home: folder });
	const desk = { run, folder };
	const takeTurn = createTurns();
	let court: Court | undefined;

	const summon = async (caller: AbortSignal): Promise<Court> => {
		try {
			const text = await readFile(parts.signersFile, 'utf8');
			if (court?.text === text) return court;
			const next = await openCourt(desk, { file: parts.signersFile, text }, caller);
			await court?.signers.close();
			court = next;
			return next;
		} catch (error) {
			throw explainSigners(parts.signersFile, error);
		}
	};
	const close = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });

	try {
		await summon(signal);
	} catch (error) {
		await close();
		throw error;
	}
	return {
		verify: (tip, trusted, caller) =>
			takeTurn(async () => judgeTip(await summon(caller), { ...parts, tip, trusted }, caller), caller),
		judge: (content, caller) =>
			takeTurn(
				async () => (await summon(caller)).signers.judge(readSignedCommit('', content), caller),
				caller,
			),
		close,
	};
}

/** What one reading of the signers' file has judged so far. */
interface Court {
	/** For messages. */
	readonly file: string;
	readonly text: string;
	readonly signers: Signers;
	/** Commits whose signature is good. */
	readonly good: Set<CommitId>;
	/** The last case: the same tip is asked about at every look while it is refused. */
	last?: { readonly tip: CommitId; readonly trusted: CommitId | undefined; readonly trust: Trust };
}

async function openCourt(
	desk: SignatureDesk,
	signers: { readonly file: string; readonly text: string },
	signal: AbortSignal,
): Promise<Court> {
	return { ...signers, signers: await openSigners(desk, signers, signal), good: new Set() };
}

interface Case extends CommitVerifierParts {
	readonly tip: CommitId;
	readonly trusted: CommitId | undefined;
}

async function judgeTip(court: Court, asked: Case, signal: AbortSignal): Promise<Trust> {
	const { tip, trusted, display } = asked;
	if (court.last?.tip === tip && court.last.trusted === trusted) return court.last.trust;
	const fault = await findFault(court, asked, signal);
	const trust: Trust =
		fault === undefined
			? { kind: 'trusted' }
			: {
					kind: 'refused',
					problem: problem('E_UNTRUSTED', {
						where: { kind: 'named', name: display },
						message: describeFault(fault, asked),
						remedy: fault.remedy,
					}),
				};
	court.last = { tip, trusted, trust };
	return trust;
}

interface Fault {
	readonly message: string;
	readonly remedy?: string | undefined;
}

function describeFault({ message }: Fault, { tip, trusted }: Case): string {
	const kept = trusted === undefined ? 'there are none yet' : `they stay as of ${shorten(trusted)}`;
	return `policies are not read from ${shorten(tip)}, ${kept}: ${message}`;
}

/** What keeps the tip from being trusted; history is fetched until that is known. */
async function findFault(court: Court, asked: Case, signal: AbortSignal): Promise<Fault | undefined> {
	const read = rememberReads(asked.history, signal);
	for (const depth of [...depths, undefined]) {
		const range = await readRange(asked, read, signal);
		const isKnown = range.kind !== 'cut' && !(range.kind === 'range' && !range.isExact);
		const fault =
			range.kind === 'range' ? await findUnsigned(court, range.commits, signal) : explain(range, asked);
		if (fault === undefined || isKnown || depth === undefined) return fault;
		await asked.history.deepen(asked.tip, depth, signal);
	}
	return undefined;
}

async function readRange(
	{ tip, trusted }: Case,
	read: ReadCommit,
	signal: AbortSignal,
): Promise<CommitRange> {
	if (trusted !== undefined) return await walkRange({ tip, trusted, limit: maxRange }, read, signal);
	const commit = await read(tip);
	return commit === undefined ? { kind: 'cut' } : { kind: 'range', commits: [commit], isExact: true };
}

/** Commits do not change: what was read once need not be read again after more was fetched. */
function rememberReads(history: CommitHistory, signal: AbortSignal): ReadCommit {
	const known = new Map<CommitId, SignedCommit>();
	return async (id) => {
		const before = known.get(id);
		if (before !== undefined) return before;
		const content = await history.read(id, signal);
		if (content === undefined) return undefined;
		const commit = readSignedCommit(id, content);
		known.set(id, commit);
		return commit;
	};
}

async function findUnsigned(
	{ file, signers, good }: Court,
	commits: readonly SignedCommit[],
	signal: AbortSignal,
): Promise<Fault | undefined> {
	for (const commit of commits) {
		if (good.has(commit.id)) continue;
		const verdict = await signers.judge(commit, signal);
		if (verdict.kind === 'unknown') throw describeFailedCheck(file, commit, verdict.reason);
		if (verdict.kind === 'bad') return { message: `commit ${describeCommit(commit)} ${verdict.reason}` };
		if (good.size >= maxKnown) good.clear();
		good.add(commit.id);
	}
	return undefined;
}

function describeFailedCheck(file: string, { id }: SignedCommit, reason: string): ProblemError {
	const where = { kind: 'named', name: file } as const;
	const message = `the signature of commit ${shorten(id)} cannot be checked: ${reason}`;
	const remedy = 'see that ssh-keygen and gpg can run here; Spillway keeps trying';
	return new ProblemError(problem('E_SIGNERS', { where, message, remedy }));
}

function explain({ kind }: NoRange, { trusted = '' }: Case): Fault {
	const since = `since the trusted commit ${shorten(trusted)}`;
	const restart = 'or restart Spillway to begin anew from the tip, if it is signed';
	switch (kind) {
		case 'behind':
			return {
				message: `the branch was moved back to a commit before the trusted ${shorten(trusted)}`,
				remedy: `take changes back with a signed revert commit, ${restart}`,
			};
		case 'unrelated':
			return {
				message: `the branch was rewritten: the trusted commit ${shorten(trusted)} is no longer in it`,
				remedy: `put the branch back on top of the trusted commit, ${restart}`,
			};
		case 'cut':
			return {
				message: `the history ${since} is not among the newest ${depths.at(-1)} commits, so it cannot be verified`,
				remedy: `see whether the branch was rewritten, ${restart}`,
			};
		case 'long':
			return { message: `more than ${maxRange} commits ${since}`, remedy: `push less at a time, ${restart}` };
	}
}

/** `1a2b3c4d5e6f by Ada <ada@example.com>`. */
function describeCommit({ id, author }: SignedCommit): string {
	return `${shorten(id)} by ${showText(`${author.name} <${author.email}>`)}`;
}

function shorten(id: CommitId): string {
	return id.slice(0, 12);
}

function explainSigners(file: string, error: unknown): unknown {
	const code = findSystemCode(error);
	if (code === undefined) return error;
	const where = { kind: 'named', name: file } as const;
	const message = `cannot read the allowed signers: ${code}`;
	return new ProblemError(problem('E_SIGNERS', { where, message }), { cause: error });
}
