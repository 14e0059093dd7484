import type { ProblemCode } from '../../src/model/catalogue.ts';
import type { CommitId } from '../../src/model/ports/repository.ts';
import type { PolicyRevision } from '../../src/observe/policy-reader.ts';
import { createPolicyReader } from '../../src/observe/policy-reader.ts';
import type { FileChanges, NewFiles } from '../../src/simulator/memory-history.ts';
import { createMemoryRepository, type MemoryRepository } from '../../src/simulator/memory-repository.ts';
import { writePolicy } from './policy-documents.ts';

/** A `spillway.yaml` with one cluster, whose policies stand in `policies`. */
export const spillwayYaml = `apiVersion: spillway.dev/v1alpha1
kind: SpillwayConfig
spec:
  policies: [policies]
  clusters: {east: {context: east, manifests: clusters/east}}
  defaults: {failover: {via: Direct}, failback: {via: Direct}}
`;

/** A config repository with the policies shop/web and shop/api. */
export const configFiles: NewFiles = {
	'spillway.yaml': spillwayYaml,
	'policies/web.yaml': writePolicy('web', 'web'),
	'policies/api.yaml': writePolicy('api', 'api'),
};

/** What stands in force after a commit: `shop/web → web`, and the codes of what was wrong. */
export interface InForce {
	readonly policies: readonly string[];
	readonly problems: readonly ProblemCode[];
}

/** A reader of a repository, told of one commit after the other. */
export interface ReadRepository {
	readonly repository: MemoryRepository;
	/** Commits and reads what that puts in force. */
	commit(changes: FileChanges): Promise<InForce>;
	read(commit: CommitId): Promise<PolicyRevision>;
}

const { signal } = new AbortController();

export function describeRevision({ policies, problems }: PolicyRevision): InForce {
	return {
		policies: policies.map(({ key, target, mode }) => `${key} → ${target.name} ${mode}`).sort(),
		problems: problems.map(({ code }) => code),
	};
}

export async function readRepository(files: NewFiles = configFiles): Promise<ReadRepository> {
	const repository = createMemoryRepository({ files });
	const reader = createPolicyReader(repository);
	const read = (commit: CommitId) => reader.read(commit, signal);
	await read(await repository.refresh(signal));
	return {
		repository,
		read,
		commit: async (changes) => describeRevision(await read(repository.commitDirectly(changes, 'a change'))),
	};
}
