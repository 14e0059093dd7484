// Sets and takes off annotations of a GitOps tool's object, and touches nothing else of it.
import { annotationPointer, annotationsPointer } from '../../model/hold-off.ts';
import type {
	Cluster,
	KubernetesObject,
	PatchOperation,
	Resource,
	WriteOutcome,
} from '../../model/ports/cluster.ts';
import { ProblemError } from '../../model/problem.ts';
import type { Annotatable } from './object-facts.ts';

/** Annotations as they shall be; `undefined` takes one off. */
export type Annotations = Readonly<Record<string, string | undefined>>;

/** Objects of one type, and how they are pruned. */
export interface ObjectType<T extends Annotatable> {
	readonly resource: Resource;
	readonly decode: (object: KubernetesObject) => T;
}

export interface AnnotationChange<T> {
	/** The object as it was seen last. */
	readonly seen: T;
	/** What the annotations shall be, from the object as it is; `undefined` where nothing is to be done. */
	readonly wanted: (object: T) => Annotations | undefined;
	/** They rest on what the object says, and must not be written to one that says otherwise by now. */
	readonly exact?: true;
}

/**
 * Annotates the object that was seen. When that has changed meanwhile it is read again, once. Never throws for an
 * answer; `undefined` where there was nothing to do.
 */
export async function annotate<T extends Annotatable>(
	cluster: Cluster,
	{ resource, decode }: ObjectType<T>,
	{ seen, wanted, exact }: AnnotationChange<T>,
	signal: AbortSignal,
): Promise<WriteOutcome | undefined> {
	const { namespace, name } = seen;
	const patch = async (object: T): Promise<WriteOutcome | undefined> => {
		const annotations = wanted(object);
		if (annotations === undefined) return undefined;
		let outcome: WriteOutcome = { kind: 'missing' };
		for (const version of resource.versions) {
			const ref = { resource, namespace, name, version };
			outcome = await cluster.patch(ref, annotationOperations(object, annotations, exact), signal);
			if (outcome.kind !== 'missing') break;
		}
		return outcome;
	};
	const outcome = await patch(seen);
	if (outcome?.kind !== 'conflict') return outcome;
	try {
		const object = await cluster.read({ resource, namespace, name }, signal);
		return object === undefined ? { kind: 'missing' } : await patch(decode(object));
	} catch (error) {
		if (error instanceof ProblemError) return { kind: 'refused', problem: error.problem };
		throw error;
	}
}

/** Without annotations, the first ones are conditional too, so that nobody else's are lost. */
export function annotationOperations(
	{ uid, resourceVersion, annotations: known }: Pick<Annotatable, 'uid' | 'resourceVersion' | 'annotations'>,
	wanted: Annotations,
	exact = false,
): readonly PatchOperation[] {
	const set = Object.entries(wanted).filter(([, value]) => value !== undefined);
	const conditions: readonly PatchOperation[] = [
		{ op: 'test', path: '/metadata/uid', value: uid },
		...(exact || known === undefined
			? [{ op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion } as const]
			: []),
	];
	if (known === undefined) {
		return [...conditions, { op: 'add', path: annotationsPointer, value: Object.fromEntries(set) }];
	}
	const gone = Object.keys(wanted).filter((key) => wanted[key] === undefined && key in known);
	return [
		...conditions,
		...gone.map((key): PatchOperation => ({ op: 'remove', path: annotationPointer(key) })),
		...set.map(([key, value]): PatchOperation => ({ op: 'add', path: annotationPointer(key), value })),
	];
}
