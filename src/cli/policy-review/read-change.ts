// What a pull request's policies say: the problems it brings, and the policies that would come into force.
import { isDeepStrictEqual } from 'node:util';
import type { ClusterName, PolicyKey } from '../../model/names.ts';
import type { ClusterConfig, FailoverPolicy } from '../../model/policy.ts';
import type { CommitId, Repository, TreeFile } from '../../model/ports/repository.ts';
import type { Problem } from '../../model/problem.ts';
import type { CommitFiles } from '../../observe/policy-files.ts';
import { configFile, createPolicyReader, type PolicyRevision } from '../../observe/policy-reader.ts';
import { maxFileBytes } from '../../policy/decode-text.ts';
import { apiGroup } from '../../policy/document-kinds.ts';
import { parsePolicyFile } from '../../policy/parse-file.ts';
import { lintManifests, type ManifestFile } from '../lint.ts';
import { fingerprintProblems } from '../validation/fingerprints.ts';
import { isDocument, readFolders } from './head-change.ts';
import type { HeadChange } from './merged-view.ts';

export interface ChangeReading {
	/** Problems that the base does not have, each with what tells it from others. */
	readonly news: readonly NewProblem[];
	/** How many the base has already. */
	readonly old: number;
	/** New policies, and those that say something else than on the base. */
	readonly changed: readonly FailoverPolicy[];
	/** Policies that would be gone. */
	readonly removed: readonly PolicyKey[];
	/** Files that the head changed, and has. */
	readonly files: ReadonlySet<string>;
}

export interface NewProblem {
	readonly problem: Problem;
	/** The same wherever the problem moves in its file. */
	readonly fingerprint: string;
}

/** So many changed manifests are looked through for TrafficSplits. */
const maxManifests = 256;

/** Reads what a head changes. Throws ProblemError; with E_LIMIT where that is too much. */
export type ReadChange = (
	repository: Repository,
	change: HeadChange,
	signal: AbortSignal,
) => Promise<ChangeReading>;

/**
 * Reads the base, then the head, which the view shows as it would be merged: what the head says wrongly stays as the base says it, as it would once it is merged.
 * Throws what the view throws.
 */
export async function readChange(
	view: CommitFiles,
	change: HeadChange,
	signal: AbortSignal,
): Promise<ChangeReading> {
	const reader = createPolicyReader(view);
	const before = await reader.read(change.base, signal);
	const after = await reader.read(change.head, signal);
	const folders =
		(await readFolders(view, change.head, signal)) ?? (await readFolders(view, change.base, signal)) ?? [];
	const lint = (side: 'before' | 'after', { clusters }: PolicyRevision): Promise<readonly Problem[]> =>
		lintChanged(view, { change, side, clusters, folders }, signal);
	const known = listProblems(change.base, [...before.problems, ...(await lint('before', before))]);
	const found = listProblems(change.head, [...after.problems, ...(await lint('after', after))]);
	const old = new Set(known.map(({ fingerprint }) => fingerprint));
	const news = found.filter(({ fingerprint }) => !old.has(fingerprint));
	return {
		news,
		old: found.length - news.length,
		...comparePolicies(before.policies, after.policies),
		files: new Set(change.files.flatMap(({ after: file }) => file?.path ?? [])),
	};
}

/** A message that names the commit says the same of every commit. */
function listProblems(commit: CommitId, problems: readonly Problem[]): readonly NewProblem[] {
	const name = commit.slice(0, 12);
	const alike = problems.map((each) => ({ ...each, message: each.message.replaceAll(name, '') }));
	const fingerprints = fingerprintProblems(alike);
	return problems.map((each, index) => ({ problem: each, fingerprint: fingerprints[index] ?? '' }));
}

interface Side {
	readonly change: HeadChange;
	readonly side: 'before' | 'after';
	readonly clusters: readonly ClusterConfig[];
	/** With policies: what is in there was read already. */
	readonly folders: readonly string[];
}

/** What is wrong in changed documents that are not where policies are. */
async function lintChanged(
	view: CommitFiles,
	{ change, side, clusters, folders }: Side,
	signal: AbortSignal,
): Promise<readonly Problem[]> {
	const files = change.files.flatMap((each) => each[side] ?? []);
	const manifests: ManifestFile[] = [];
	for (const file of files.filter(isLookedAt).slice(0, maxManifests)) {
		const bytes = Buffer.from(await view.read(file.blob, signal, maxFileBytes));
		if (bytes.length <= maxFileBytes) manifests.push({ path: file.path, bytes });
	}
	const isElsewhere = ({ path }: ManifestFile): boolean =>
		path !== configFile && !folders.some((folder) => path.startsWith(`${folder}/`));
	const documents = manifests
		.filter(isElsewhere)
		.filter(({ bytes }) => bytes.includes(apiGroup) || bytes.includes('TrafficSplit'));
	const clusterOf = (path: string): ClusterName | undefined =>
		clusters.find(({ manifests: folder }) => folder !== undefined && path.startsWith(`${folder}/`))?.name;
	return [
		...documents.flatMap(({ path, bytes }) => parsePolicyFile(path, bytes).problems),
		...lintManifests(manifests, clusterOf),
	];
}

/** As `spillway validate` has it: nothing hidden, and no packages. */
function isLookedAt({ path, mode }: TreeFile): boolean {
	const isHidden = path.split('/').some((name) => name.startsWith('.') || name === 'node_modules');
	return isDocument(path) && !isHidden && (mode === 'file' || mode === 'executable');
}

/** Where a policy stands in its file is nothing that it says. */
function comparePolicies(
	before: readonly FailoverPolicy[],
	after: readonly FailoverPolicy[],
): Pick<ChangeReading, 'changed' | 'removed'> {
	const known = new Map(before.map((policy) => [policy.key, { ...policy, source: '' }]));
	const kept = new Set(after.map(({ key }) => key));
	return {
		changed: after.filter((policy) => !isDeepStrictEqual(known.get(policy.key), { ...policy, source: '' })),
		removed: [...known.keys()].filter((key) => !kept.has(key)),
	};
}
