import { isOurs } from '../model/commit-trailers.ts';
import { checkTemplate, type MessageTemplate } from '../model/message-template.ts';
import type { ManifestEditor } from '../model/ports/manifest-editor.ts';
import { composeMessage } from './commit-message.ts';
import { editWeights } from './edit-weights.ts';
import { createManifestReader } from './manifest-reader.ts';
import { listPlaces, parseManifest, splitMark } from './manifest-text.ts';
import { composeManifest } from './owned-manifest.ts';

export interface ManifestEditorOptions {
	/** How commit messages look; the usual way where it says nothing. */
	readonly message?: MessageTemplate | undefined;
}

/**
 * The pure half of a commit, handed to deliver/ by the composition root. Throws RangeError for a template with faults:
 * `checkTemplate` finds them when the template is read.
 */
export function createManifestEditor({ message }: ManifestEditorOptions = {}): ManifestEditor {
	for (const text of [message?.subject, message?.body]) {
		if (text !== undefined && checkTemplate(text).length > 0) throw new RangeError(`no template: ${text}`);
	}
	return {
		locate: (text) => listPlaces(parseManifest(splitMark(text).body)),
		edit: editWeights,
		...createManifestReader(),
		compose: composeManifest,
		message: (changes) => composeMessage(changes, message),
		isOurs,
	};
}

/** The editor with the usual commit messages. */
export const manifestEditor: ManifestEditor = createManifestEditor();
