import type { CommitSettings } from '../../model/policy.ts';
import type { Forge, PullRequest } from '../../model/ports/forge.ts';
import type { ManifestEditor } from '../../model/ports/manifest-editor.ts';
import type { PullRequestText } from '../../model/ports/pull-request-text.ts';
import type { Branches, Identity, Repository } from '../../model/ports/repository.ts';
import type { PullRequestEvent } from '../../model/pull-request.ts';
import type { Sight } from './sight.ts';

/** What it takes to carry steps out. */
export interface StepTaker {
	readonly repository: Repository & Branches;
	readonly forge: Forge;
	readonly editor: ManifestEditor;
	readonly text: PullRequestText;
	readonly author: Identity;
	readonly commits: () => CommitSettings;
	/** Whether pull requests are opened as drafts. */
	readonly isDraft: () => boolean;
	readonly tell: (event: PullRequestEvent, pull: PullRequest, detail?: string) => void;
	/** Told of one that was opened, for the budget. */
	readonly onOpened: () => void;
	/** Told of one that cannot be opened again. */
	readonly onStuck: (pull: PullRequest) => void;
}

/** What is seen after a step; `undefined`: look again. */
export type After = Promise<Sight | undefined>;
