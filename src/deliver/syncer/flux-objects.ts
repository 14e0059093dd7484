import type { KubernetesObject, Resource } from '../../model/ports/cluster.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import {
	type Annotatable,
	type Condition,
	commitOf,
	readAnnotatable,
	readCondition,
	record,
	text,
} from './object-facts.ts';
import { plainFolder } from './same-repository.ts';

export const kustomizations: Resource = {
	group: 'kustomize.toolkit.fluxcd.io',
	versions: ['v1', 'v1beta2'],
	plural: 'kustomizations',
};

export const gitRepositories: Resource = {
	group: 'source.toolkit.fluxcd.io',
	versions: ['v1', 'v1beta2'],
	plural: 'gitrepositories',
};

/** Asks either controller to look now. */
export const requestedAtAnnotation = 'reconcile.fluxcd.io/requestedAt';

/** What is kept of a GitRepository. */
export interface GitSource extends Annotatable {
	readonly url: string;
	/** Absent where it follows tags or one commit. */
	readonly branch?: string;
	readonly suspended: boolean;
	readonly artifact?: CommitId;
	readonly ready?: Condition;
}

/** What is kept of a Kustomization. */
export interface Kustomization extends Annotatable {
	/** Plain; '' is the root. */
	readonly path: string;
	/** Absent where its source is no GitRepository. */
	readonly source?: { readonly namespace: string; readonly name: string };
	readonly suspended: boolean;
	readonly applied?: CommitId;
	readonly attempted?: CommitId;
	readonly ready?: Condition;
	readonly reconciling?: Condition;
}

export function readGitSource(object: KubernetesObject): GitSource {
	const spec = record(object['spec']);
	const status = record(object['status']);
	return withoutAbsent<GitSource>({
		...readAnnotatable(object, []),
		url: text(spec['url']),
		branch: branchOf(record(spec['ref'])),
		suspended: spec['suspend'] === true,
		artifact: commitOf(record(status['artifact'])['revision']),
		ready: readCondition(status, 'Ready'),
	});
}

/** Flux looks at `master` where nothing is said. */
function branchOf({
	branch,
	name,
	tag,
	semver,
	commit,
}: Readonly<Record<string, unknown>>): string | undefined {
	if (typeof name === 'string') return name.startsWith('refs/heads/') ? name.slice(11) : undefined;
	if (typeof branch === 'string') return branch;
	return tag === undefined && semver === undefined && commit === undefined ? 'master' : undefined;
}

export function readKustomization(object: KubernetesObject): Kustomization {
	const spec = record(object['spec']);
	const status = record(object['status']);
	const { kind, name, namespace } = record(spec['sourceRef']);
	const source = {
		namespace: text(namespace) || (object.metadata.namespace ?? ''),
		name: text(name),
	};
	return withoutAbsent<Kustomization>({
		...readAnnotatable(object, []),
		path: plainFolder(text(spec['path'])),
		source: kind === 'GitRepository' ? source : undefined,
		suspended: spec['suspend'] === true,
		applied: commitOf(status['lastAppliedRevision']),
		attempted: commitOf(status['lastAttemptedRevision']),
		ready: readCondition(status, 'Ready'),
		reconciling: readCondition(status, 'Reconciling'),
	});
}

function withoutAbsent<T extends object>(fields: { [Field in keyof T]: T[Field] | undefined }): T {
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
