// Reads everything that one policy's way to the live weights is made of, and changes nothing.
import type { ClusterName } from '../../model/names.ts';
import type { FailoverPolicy } from '../../model/policy.ts';
import type { ManifestEditor } from '../../model/ports/manifest-editor.ts';
import type { CommitFacts, CommitId, Repository } from '../../model/ports/repository.ts';
import type { SyncerQuestion, SyncerView } from '../../model/ports/syncer.ts';
import { type Problem, ProblemError, problem } from '../../model/problem.ts';
import { formatDuration, type Instant, type Milliseconds } from '../../model/time.ts';
import { sameRatio } from '../../model/weights.ts';
import type { ClusterDirectory } from '../cluster-directory.ts';
import { type GitWeightsSource, readGitWeights } from './git-weights.ts';
import { readLiveState } from './live-state.ts';
import { findMove } from './past-move.ts';
import type { GitWeights, LiveState, PastMove, SyncedState, TraceFacts } from './trace-facts.ts';

export interface TraceParts {
	readonly repository: Repository;
	readonly clusters: Pick<ClusterDirectory, 'find'>;
	readonly editor: ManifestEditor;
	/** What the GitOps tool of the target's cluster says; `undefined` where none is named. */
	readonly look: (question: SyncerQuestion, signal: AbortSignal) => Promise<SyncerView | undefined>;
	readonly now: Instant;
}

export interface TracedPolicy {
	readonly policy: FailoverPolicy;
	readonly tip: CommitId;
	/** Folder of its cluster's manifests. */
	readonly folder: string | undefined;
}

/** How far back a move is looked for. */
export const historyDepth = 200;

/** Throws ProblemError when the repository cannot be read; what else cannot be known is among the facts. */
export async function gatherFacts(
	parts: TraceParts,
	{ policy, tip, folder }: TracedPolicy,
	signal: AbortSignal,
): Promise<TraceFacts> {
	const { repository, editor, clusters, now } = parts;
	const [live, file, git, history] = await Promise.all([
		withPatience(policy.target.cluster, (patient) => readLiveState(policy, clusters, patient), signal),
		repository.file(tip, policy.source.replace(/:\d+$/, ''), signal),
		readGit({ repository, editor }, tip, { policy, folder }, signal),
		repository.history(tip, historyDepth, signal),
	]);
	const move = await findMove(history, policy, (commit) => readCommit(repository, commit, signal));
	const editedBy = move && (await findEdit(repository, { history, move, git }, signal));
	const carriers = listCarriers(history, editedBy ?? move?.commit);
	return {
		now,
		branch: repository.branch,
		tip,
		policy,
		...(file && { blob: file.blob }),
		searched: history.length,
		...(move && { move }),
		...(editedBy && { editedBy }),
		git,
		carriers,
		synced: await askSyncer(parts, { policy, live, carriers }, signal),
		live,
	};
}

/** What a merge brings may be gone from the server. */
async function readCommit(
	repository: Repository,
	commit: CommitId,
	signal: AbortSignal,
): Promise<CommitFacts | undefined> {
	try {
		return (await repository.history(commit, 1, signal))[0];
	} catch (error) {
		if (error instanceof ProblemError) return undefined;
		throw error;
	}
}

/** Weights of the policy's backends alone, in its order. */
async function readGit(
	source: GitWeightsSource,
	tip: CommitId,
	{ policy, folder }: Pick<TracedPolicy, 'policy' | 'folder'>,
	signal: AbortSignal,
): Promise<GitWeights> {
	if (folder === undefined) return { kind: 'none' };
	const git = await readGitWeights(source, tip, { target: policy.target, folder }, signal);
	if (git.kind !== 'weights') return git;
	const weights = policy.backends.map(({ service }) => [service, git.weights.get(service) ?? 0] as const);
	return { ...git, weights: new Map(weights) };
}

interface Past {
	readonly history: readonly CommitFacts[];
	readonly move: PastMove;
	readonly git: GitWeights;
}

/** The newest commit after the move that changed the manifest, where that no longer has the decided weights. */
async function findEdit(
	repository: Repository,
	{ history, move, git }: Past,
	signal: AbortSignal,
): Promise<CommitFacts | undefined> {
	if (git.kind !== 'weights' || (move.weights && sameRatio(move.weights, git.weights))) return undefined;
	const since = history.findIndex(({ id }) => id === move.commit.id);
	for (const [index, commit] of history.slice(0, since).entries()) {
		const parent = history[index + 1];
		const changed = parent === undefined ? [] : await repository.differences(parent.id, commit.id, signal);
		if (changed.some(({ path }) => path === git.path)) return commit;
	}
	return undefined;
}

/** From the tip back to the commit that brought its weights; the tip alone where that is not known. */
function listCarriers(history: readonly CommitFacts[], first: CommitFacts | undefined): readonly CommitId[] {
	const end = history.findIndex(({ id }) => id === first?.id);
	return history.slice(0, Math.max(end, 0) + 1).map(({ id }) => id);
}

interface Asked {
	readonly policy: FailoverPolicy;
	readonly live: LiveState;
	readonly carriers: readonly CommitId[];
}

async function askSyncer(
	{ look }: TraceParts,
	{ policy, live, carriers }: Asked,
	signal: AbortSignal,
): Promise<SyncedState> {
	const question: SyncerQuestion = {
		target: policy.target,
		commits: carriers.slice(-1),
		...(live.kind === 'live' && { live: live.target }),
	};
	const ask = async (patient: AbortSignal): Promise<SyncedState> => {
		const view = await look(question, patient);
		return view === undefined ? { kind: 'none' } : { kind: 'view', view };
	};
	return await withPatience(policy.target.cluster, ask, signal);
}

/** How long a cluster may take for each of the two things asked of it. */
const patience: Milliseconds = 15_000;

/** What is asked of a cluster; that it cannot be had, or not in time, is an answer too. */
async function withPatience<T>(
	cluster: ClusterName,
	ask: (signal: AbortSignal) => Promise<T>,
	signal: AbortSignal,
): Promise<T | { readonly kind: 'unknown'; readonly problem: Problem }> {
	const deadline = AbortSignal.timeout(patience);
	try {
		return await ask(AbortSignal.any([signal, deadline]));
	} catch (error) {
		if (error instanceof ProblemError) return { kind: 'unknown', problem: error.problem };
		if (signal.aborted || !deadline.aborted) throw error;
		const where = { kind: 'named', name: cluster } as const;
		const message = `no answer within ${formatDuration(patience)}`;
		return { kind: 'unknown', problem: problem('E_CLUSTER_UNREACHABLE', { where, message }) };
	}
}
