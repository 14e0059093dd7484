import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitId } from '../model/ports/repository.ts';
import { ProblemError } from '../model/problem.ts';
import { describeNoAnswer, explainMissing, fetchTip, readTip } from './fetch-tip.ts';
import type { GitProgram } from './program/git-program.ts';
import type { RemoteBranch } from './remote-branch.ts';

/** The mirror's name for the tip, the same for every branch. */
export const tipRef = 'refs/mirror/tip';

/** What the mirror is known to hold of the server's branch. */
export interface MirrorTip {
	held(): CommitId | undefined;
	/** Asks the server, and fetches what is new. Throws ProblemError. One at a time. */
	refresh(signal: AbortSignal): Promise<CommitId>;
	/** A push moved the branch, or lost its answer: then the branch is looked at for the commit. */
	notePush(push: PushedCommit, kind: 'pushed' | 'raced' | 'unknown'): void;
	/** The mirror was made anew. */
	forget(): void;
}

/** A commit of ours and the tip it was to follow. */
interface PushedCommit {
	readonly commit: CommitId;
	readonly expected: CommitId;
}

export interface MirrorTipParts {
	readonly git: GitProgram;
	readonly gitdir: string;
	readonly remote: RemoteBranch;
	/** Called after each fetch. */
	readonly onFetch: () => void;
}

export function createMirrorTip({ git, gitdir, remote, onFetch }: MirrorTipParts): MirrorTip {
	let held: CommitId | undefined;
	/** The branch is known to have moved, so that asking whether it has would only take time. */
	let isOld = false;
	let unanswered: PushedCommit | undefined;

	const fetchHeld = async (signal: AbortSignal): Promise<CommitId | undefined> => {
		if (!(await fetchTip(git, remote, tipRef, signal))) return undefined;
		held = await resolveTip(git, gitdir, remote, signal);
		isOld = false;
		onFetch();
		return held;
	};

	return {
		held: () => held,
		async refresh(signal) {
			if (isOld) {
				const tip = await fetchHeld(signal);
				if (tip !== undefined) return tip;
				isOld = false;
			}
			const tip = await readTip(git, remote, signal);
			// What a push left on the server is complete here as well.
			if (tip === unanswered?.commit && held === unanswered.expected) held = tip;
			unanswered = undefined;
			if (tip === held) return tip;
			const fetched = await fetchHeld(signal);
			if (fetched === undefined) throw await explainMissing(git, remote, signal);
			return fetched;
		},
		notePush(push, kind) {
			// The parent is held, and with it all that the commit did not bring.
			if (kind === 'pushed' && push.expected === held) held = push.commit;
			if (kind === 'raced' && push.expected === held) isOld = true;
			unanswered = kind === 'unknown' ? push : undefined;
		},
		forget() {
			held = undefined;
		},
	};
}

/** Of what was just fetched the name is in a file of its own, unless it was the same before and housekeeping packed it. */
async function resolveTip(
	git: GitProgram,
	gitdir: string,
	remote: RemoteBranch,
	signal: AbortSignal,
): Promise<CommitId> {
	const text = await readFile(join(gitdir, tipRef), 'latin1').catch(() => '');
	if (/^[0-9a-f]{40}\n$/.test(text)) return text.trim();
	const answer = await git.run(['rev-parse', '--verify', '--quiet', tipRef], signal);
	if (answer.status !== 0) throw new ProblemError(describeNoAnswer(remote, answer));
	return answer.stdout.trim();
}
