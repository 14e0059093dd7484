import type { EditChange } from '../change.ts';
import type { ManifestIdentity } from '../manifest-identity.ts';
import type { Namespace } from '../names.ts';
import type { Problem } from '../problem.ts';
import type { Weights } from '../weights.ts';

export interface WeightEdit {
	readonly namespace: Namespace;
	readonly name: string;
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

/** The pure part of a commit, which plan/ implements and deliver/ applies to the newest tip. */
export interface ManifestEditor {
	/** The TrafficSplits a manifest declares; none for what is not YAML. */
	locate(text: string): readonly ManifestIdentity[];
	/** Replaces weight tokens of any number of splits; every other byte stays. */
	edit(path: string, text: string, edits: readonly WeightEdit[]): EditOutcome;
	/** The message of one commit that carries all these changes. */
	message(changes: readonly EditChange[]): string;
}
