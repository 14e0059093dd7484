// What the histories of a stage prove.
import { heldOffAnnotation, reconcileAnnotation } from '../../src/model/hold-off.ts';
import type { KubernetesObject } from '../../src/model/ports/cluster.ts';
import type { CommitStage } from './commit-stage.ts';
import { requestAnnotation } from './git-repository.ts';
import type { Change, ObjectHistory } from './object-history.ts';
import { formatSplit } from './split-weights.ts';

/** What a state of an object of Flux's, or of a split, says. */
interface Seen {
	readonly requested: string | undefined;
	readonly artifact: string | undefined;
	readonly applied: string | undefined;
	readonly weights: string | undefined;
}

/** The server's own count at the first state that matches, the same for objects of all types; NaN for none. */
export function step(changes: readonly Change[], matches: (seen: Seen) => boolean | undefined): number {
	const found = changes.find(({ object }) => {
		const { status } = object as { status?: Status };
		return matches({
			requested: annotationOf(object, requestAnnotation),
			artifact: status?.artifact?.revision,
			applied: status?.lastAppliedRevision,
			weights: object.kind === 'TrafficSplit' ? formatSplit(object) : undefined,
		});
	});
	return Number(found?.object.metadata.resourceVersion);
}

/** The same, waited for: what one history tells another may tell a moment later. */
export async function untilStep(
	{ changes, until }: ObjectHistory,
	matches: (seen: Seen) => boolean | undefined,
): Promise<number> {
	await until(() => !Number.isNaN(step(changes, matches)));
	return step(changes, matches);
}

interface Status {
	readonly artifact?: { readonly revision: string };
	readonly lastAppliedRevision?: string;
}

/** Who asked Flux for anything. */
export function tellers({ sources, kustomizations }: CommitStage): readonly string[] {
	const entries = [...sources.changes, ...kustomizations.changes].flatMap(
		({ object }) => object.metadata.managedFields ?? [],
	);
	const asking = entries.filter(({ fieldsV1 }) => JSON.stringify(fieldsV1).includes(requestAnnotation));
	return [...new Set(asking.map(({ manager = '' }) => manager))];
}

/** What weights and holds the split had, each once in a row. */
export function holds({ splits }: CommitStage): readonly string[] {
	const states = splits.of('web').map(({ object }) => {
		const marks = [reconcileAnnotation, heldOffAnnotation].map((name) => annotationOf(object, name) ?? '-');
		return [formatSplit(object), ...marks].join(' ');
	});
	return states.filter((state, index) => state !== states[index - 1]);
}

function annotationOf(object: KubernetesObject | undefined, name: string): string | undefined {
	return object?.metadata.annotations?.[name];
}
