import type { EditChange } from '../change.ts';
import type { ManifestIdentity } from '../manifest-identity.ts';
import type { ServiceName, TargetRef } from '../names.ts';
import type { Problem } from '../problem.ts';
import type { Weights } from '../weights.ts';

/** What identifies a target within one cluster's manifests. */
export type ManifestTarget = Omit<TargetRef, 'cluster'>;

export interface WeightEdit extends ManifestTarget {
	readonly weights: Weights;
}

/** What became of one edit: refused, made, or not needed because the weights were there already. */
export type EditResult =
	| { readonly kind: 'edited' | 'same' }
	| { readonly kind: 'refused'; readonly problem: Problem };

export interface EditOutcome {
	readonly text: string;
	/** One for each edit, in order; a refused one leaves the others alone. */
	readonly results: readonly EditResult[];
}

/**
 * Where a text says a target's weights: in the object's own document, or in scalars that marker comments name
 * (`# {"spillway": "emojivoto/web:web-svc-east"}`), in Helm values or a Kustomize patch.
 */
export interface ManifestPlace {
	readonly identity: ManifestIdentity;
	readonly by: 'document' | 'marker';
}

/** The pure part of a commit, which plan/ implements and deliver/ applies to the newest tip. */
export interface ManifestEditor {
	/** The targets whose weights a text says, each once per place; none for what is not YAML. */
	locate(text: string): readonly ManifestPlace[];
	/** Replaces weight tokens of any number of targets; every other byte stays. */
	edit(path: string, text: string, edits: readonly WeightEdit[]): EditOutcome;
	/** The weights that a text gives these backends of a target, or all of them; `undefined` where they cannot be told. */
	weights(text: string, target: ManifestTarget, services?: Iterable<ServiceName>): Weights | undefined;
	/** Whether two versions of a file differ in nothing but weights that `locate` finds. */
	differInWeightsOnly(before: string, after: string): boolean;
	/** Path, relative to the cluster's folder, and text of a manifest that Spillway owns. */
	compose(change: EditChange): { readonly path: string; readonly text: string };
	/** The message of one commit that carries all these changes. */
	message(changes: readonly EditChange[]): string;
	/** Whether Spillway wrote this message: it carries the trailers of `message`. */
	isOurs(message: string): boolean;
}
