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

export type EditOutcome =
	/** `text` equals the input when the weights were there already. */
	| { readonly kind: 'edited'; readonly text: string }
	| { readonly kind: 'refused'; readonly problem: Problem };

/** The pure part of a commit, which plan/ implements and deliver/ applies to the newest tip. */
export interface ManifestEditor {
	/** The TrafficSplits a manifest declares; none for what is not YAML. */
	locate(text: string): readonly ManifestIdentity[];
	/** Replaces weight tokens; every other byte stays. */
	edit(path: string, text: string, edit: WeightEdit): EditOutcome;
	/** The message of one commit that carries all these changes. */
	message(changes: readonly EditChange[]): string;
}
