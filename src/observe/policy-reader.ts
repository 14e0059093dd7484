// What one commit of the config repository says. What it says wrongly stays as it was last said rightly.
import type { ClusterName, PolicyKey } from '../model/names.ts';
import type {
	ClusterConfig,
	CommitSettings,
	FailoverPolicy,
	PullRequestSettings,
	SpillwayConfig,
} from '../model/policy.ts';
import type { CommitId } from '../model/ports/repository.ts';
import { isWarning, type Problem } from '../model/problem.ts';
import type { PolicyDraft } from '../policy/drafts.ts';
import { resolvePolicies } from '../policy/resolve.ts';
import { checkSyncedFolders } from '../policy/synced-folder.ts';
import { type CommitFiles, createPolicyFiles, type PolicyFile } from './policy-files.ts';

/** The file at the repository's root that names policy folders and clusters. */
export const configFile = 'spillway.yaml';

/** What a commit says, with the last valid version of whatever it says wrongly. */
export interface PolicyRevision {
	readonly commit: CommitId;
	readonly policies: readonly FailoverPolicy[];
	readonly clusters: readonly ClusterConfig[];
	/** How spillway.yaml wants commits to look; absent where none was read. */
	readonly commits?: CommitSettings;
	/** The same of pull requests. */
	readonly pullRequests?: PullRequestSettings;
	readonly problems: readonly Problem[];
}

export interface PolicyReader {
	/** Throws ProblemError only when the repository itself cannot be read. */
	read(commit: CommitId, signal: AbortSignal): Promise<PolicyRevision>;
}

/** Documents by path, as they were last right. */
type LastGood = ReadonlyMap<string, readonly PolicyDraft[]>;

export function createPolicyReader(repository: CommitFiles): PolicyReader {
	const files = createPolicyFiles(repository);
	let config: SpillwayConfig = { policies: [], clusters: [], defaults: {}, commits: {} };
	let good: LastGood = new Map();
	let inForce: ReadonlyMap<PolicyKey, FailoverPolicy> = new Map();

	return {
		async read(commit, signal) {
			const root = await files.readFile(commit, configFile, signal);
			config = root.files?.flatMap(({ parsed }) => parsed.configs)[0]?.config ?? config;
			const problems = [...root.problems];
			const synced = (path: string) => clusterOf(config.clusters, path);
			const drafts = new Map<string, readonly PolicyDraft[]>();
			for (const folder of config.policies) {
				const reading = await files.readFolder(commit, folder, signal);
				const documents = (reading.files ?? []).flatMap(({ parsed }) => [
					...parsed.policies,
					...parsed.configs,
				]);
				problems.push(...reading.problems, ...checkSyncedFolders(documents, synced));
				for (const [path, found] of draftsOf(folder, reading.files, good)) drafts.set(path, found);
			}
			good = drafts;
			const resolved = resolvePolicies(config, [...drafts.values()].flat());
			inForce = keepUnresolved(resolved.policies, drafts, inForce);
			problems.push(...resolved.problems);
			const { clusters, commits, pullRequests } = config;
			const settings = { commits, ...(pullRequests && { pullRequests }) };
			return { commit, policies: [...inForce.values()], clusters, ...settings, problems };
		},
	};
}

/** The cluster among whose manifests a file stands. */
function clusterOf(clusters: readonly ClusterConfig[], path: string): ClusterName | undefined {
	return clusters.find(({ manifests }) => manifests !== undefined && path.startsWith(`${manifests}/`))?.name;
}

/** A folder that is gone by mistake, unlike a file, takes no policy with it. */
function draftsOf(folder: string, files: readonly PolicyFile[] | undefined, good: LastGood): LastGood {
	if (files === undefined) return new Map([...good].filter(([path]) => path.startsWith(`${folder}/`)));
	return new Map(files.map((file) => [file.path, mendFile(file, good.get(file.path) ?? [])]));
}

/** The documents that are right, and the last right version of those that are not. */
function mendFile({ parsed }: PolicyFile, before: readonly PolicyDraft[]): readonly PolicyDraft[] {
	if (parsed.problems.every(isWarning)) return parsed.policies;
	const present = new Set(parsed.policies.map(({ key }) => key));
	return [...parsed.policies, ...before.filter(({ key }) => !present.has(key))];
}

/** A policy that is still declared, but no longer fits the others or spillway.yaml, stays as it was. */
function keepUnresolved(
	resolved: readonly FailoverPolicy[],
	drafts: LastGood,
	before: ReadonlyMap<PolicyKey, FailoverPolicy>,
): ReadonlyMap<PolicyKey, FailoverPolicy> {
	const policies = new Map(resolved.map((policy) => [policy.key, policy]));
	for (const { key } of [...drafts.values()].flat()) {
		const known = before.get(key);
		if (!policies.has(key) && known !== undefined) policies.set(key, known);
	}
	return policies;
}
