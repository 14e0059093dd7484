import { heldOffAnnotation, skipReconcileAnnotation } from '../../model/hold-off.ts';
import type { KubernetesObject, Resource } from '../../model/ports/cluster.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import type { Unstructured } from '../../model/unstructured.ts';
import { type IgnoreRule, readIgnoreRules } from './argo-cd-ignores.ts';
import { type Annotatable, commitOf, list, readAnnotatable, record, text } from './object-facts.ts';
import { plainFolder } from './same-repository.ts';

export const applications: Resource = {
	group: 'argoproj.io',
	versions: ['v1alpha1'],
	plural: 'applications',
};

/** Asks for a look at the branch, and for no sync: that may bring an older revision back from a cache. */
export const refreshAnnotation = 'argocd.argoproj.io/refresh';

export interface ApplicationSource {
	readonly url: string;
	/** Plain; '' is the root. */
	readonly path: string;
	/** Absent: the default branch. */
	readonly revision?: string;
	/** The commit it was compared with last. */
	readonly compared?: CommitId;
}

/** What is kept of an Application. */
export interface Application extends Annotatable {
	readonly sources: readonly ApplicationSource[];
	/** It syncs by itself. */
	readonly automated: boolean;
	readonly ignored: readonly IgnoreRule[];
	/** `Synced`, `OutOfSync`, `Unknown`; '' before the first look. */
	readonly sync: string;
	readonly operation?: Operation;
	/** Why it cannot compare. */
	readonly errors: readonly string[];
}

/** The last operation, or the one under way. */
export interface Operation {
	/** `Running`, `Terminating`, `Succeeded`, `Failed`, `Error`. */
	readonly phase: string;
	/** Its own message, and what objects failed of. */
	readonly message: string;
	readonly commits: readonly CommitId[];
	/** It has failed, though it is not over: other objects follow, or another try. */
	readonly failing: boolean;
}

export function readApplication(object: KubernetesObject): Application {
	const spec = record(object['spec']);
	const status = record(object['status']);
	const operation =
		readOperation(record(status['operationState'])) ?? readRequest(record(object['operation']));
	return {
		...readAnnotatable(object, [skipReconcileAnnotation, heldOffAnnotation]),
		sources: readSources(spec, record(status['sync'])),
		automated: isAutomated(spec),
		ignored: readIgnoreRules(spec),
		sync: text(record(status['sync'])['status']),
		...(operation === undefined ? {} : { operation }),
		errors: readErrors(status),
	};
}

/** A SyncError is left out: the operation says it better, and that of an older commit may stay. */
function readErrors(status: Unstructured): readonly string[] {
	return list(status['conditions'])
		.map(({ type, message }) => ({ type: text(type), message: text(message) }))
		.filter(({ type }) => type.endsWith('Error') && type !== 'SyncError')
		.map(({ type, message }) => `${type}: ${message}`);
}

function readSources(spec: Unstructured, sync: Unstructured): readonly ApplicationSource[] {
	const several = list(spec['sources']);
	const written = several.length > 0 ? several : [record(spec['source'])];
	const { revision, revisions } = sync;
	const compared: readonly unknown[] =
		several.length > 0 && Array.isArray(revisions) ? revisions : [revision];
	return written.map((source, index) => {
		const commit = commitOf(compared[index]);
		const wanted = text(source['targetRevision']);
		return {
			url: text(source['repoURL']),
			path: plainFolder(text(source['path'])),
			...(wanted === '' || wanted === 'HEAD' ? {} : { revision: wanted }),
			...(commit === undefined ? {} : { compared: commit }),
		};
	});
}

function isAutomated(spec: Unstructured): boolean {
	const { automated } = record(spec['syncPolicy']);
	return typeof automated === 'object' && automated !== null && record(automated)['enabled'] !== false;
}

function readOperation(state: Unstructured): Operation | undefined {
	const phase = text(state['phase']);
	if (phase === '') return undefined;
	const result = record(state['syncResult']);
	const failures = list(result['resources']).filter(({ status }) => status === 'SyncFailed');
	const retries = Number(state['retryCount'] ?? 0);
	return {
		phase,
		message: describeFailures(text(state['message']), failures),
		commits: listCommits(record(record(state['operation'])['sync']), result),
		failing: phase === 'Running' && (failures.length > 0 || retries > 0),
	};
}

/** What is asked for, of which no state is written yet. */
function readRequest({ sync }: Unstructured): Operation | undefined {
	if (sync === undefined) return undefined;
	return { phase: 'Running', message: '', commits: listCommits(record(sync)), failing: false };
}

function listCommits(...facts: readonly Unstructured[]): readonly CommitId[] {
	const commits = facts
		.flatMap(({ revision, revisions }) => [revision, revisions].flat())
		.flatMap((revision) => commitOf(revision) ?? []);
	return [...new Set(commits)];
}

/** One broken file may fail a whole folder. */
const maxFailures = 3;

/** So much of a failure tells whether the message has it already, which may be cut. */
const tellingLength = 80;

/** The message may name no object at all; then the objects do. */
function describeFailures(message: string, failures: readonly Unstructured[]): string {
	const told = failures
		.map(({ kind, name, message: why }) => ({ object: `${text(kind)} ${text(name)}`, why: text(why) }))
		.filter(({ why }) => why === '' || !message.includes(why.slice(0, tellingLength)))
		.map(({ object, why }) => (why === '' ? object : `${object}: ${why}`));
	const more = told.length > maxFailures ? [`and ${told.length - maxFailures} more`] : [];
	return [message, ...told.slice(0, maxFailures), ...more].filter((part) => part !== '').join('; ');
}
