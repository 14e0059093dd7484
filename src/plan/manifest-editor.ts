import type { ManifestEditor } from '../model/ports/manifest-editor.ts';
import { composeMessage } from './commit-message.ts';
import { editWeights } from './edit-weights.ts';
import { findSplits, parseManifest } from './split-manifest.ts';

/** The pure half of a commit, handed to deliver/ by the composition root. */
export const manifestEditor: ManifestEditor = {
	locate: (text) => findSplits(parseManifest(text)).map(({ identity }) => identity),
	edit: editWeights,
	message: composeMessage,
};
