import type { Clock } from '../model/ports/clock.ts';
import type { ManifestEditor } from '../model/ports/manifest-editor.ts';
import type { Repository } from '../model/ports/repository.ts';
import { findHeldChanges } from './held-changes.ts';
import type { EditSource } from './tip-edit.ts';
import { createYieldTurn } from './yield-turn.ts';

export interface EditSourceParts {
	readonly repository: Repository;
	readonly editor: ManifestEditor;
	readonly clock: Clock;
}

/** A repository's manifests, kept parsed from one edit to the next. */
export function createEditSource(parts: EditSourceParts): EditSource {
	const { repository, editor, clock } = parts;
	return {
		repository,
		editor,
		cache: new Map(),
		yieldTurn: createYieldTurn(clock),
		findHeld: (tip, suspects, signal) => findHeldChanges(parts, tip, suspects, signal),
	};
}
