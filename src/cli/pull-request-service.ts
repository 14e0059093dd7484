// Pull requests as the loop has them: a keeper where a forge is known, and a word of what is missing where none is.
import { createEditSource } from '../deliver/edit-source.ts';
import { createPullRequests, type PullRequestKeeper } from '../deliver/pull-request/pull-requests.ts';
import type { PullRequestChange } from '../model/change.ts';
import type { PolicyKey } from '../model/names.ts';
import {
	type CommitSettings,
	defaultPullRequests,
	type FailoverPolicy,
	type PullRequestSettings,
} from '../model/policy.ts';
import type { Clock, Random } from '../model/ports/clock.ts';
import type { Delivery } from '../model/ports/delivery.ts';
import type { ManifestEditor } from '../model/ports/manifest-editor.ts';
import type { Branches, Identity, Repository } from '../model/ports/repository.ts';
import { problem } from '../model/problem.ts';
import type { PullRequestNews } from '../model/pull-request.ts';
import { type PullRequestDesk, withoutPullRequests } from '../model/without-pull-requests.ts';
import type { PolicyRevision } from '../observe/policy-reader.ts';
import { createPullRequestText } from '../plan/pull-request/text.ts';
import { groupsOf } from '../plan/pull-request-change.ts';
import { mayEverAsk } from '../reconcile/ladder.ts';
import type { OpenForge } from './forge/open-forge.ts';

export interface PullRequestServiceParts {
	readonly repository: (Repository & Branches) | undefined;
	readonly forge: Pick<OpenForge, 'forge' | 'fileUrl'> | undefined;
	readonly editor: ManifestEditor;
	readonly clock: Clock;
	readonly random: Random;
	readonly author: Identity;
	/** Whether this replica may write for the policy now. */
	readonly leads: (policy: PolicyKey) => boolean;
	readonly wake: (concerns: (policy: PolicyKey) => boolean) => void;
	readonly onNews: (news: PullRequestNews) => void;
}

/** How weights are brought to Git, as spillway.yaml says now. */
export interface GitSettings {
	readonly commits: CommitSettings;
	readonly pulls: PullRequestSettings;
}

export interface PullRequestService {
	readonly delivery: Delivery<PullRequestChange>;
	readonly desk: PullRequestDesk;
	settings(): GitSettings;
	apply(revision: PolicyRevision): void;
	/** Somebody says that a pull request has changed, or the base. */
	hint(branch?: string): void;
	run(signal: AbortSignal): Promise<void>;
}

export function createPullRequestService(parts: PullRequestServiceParts): PullRequestService {
	let settings: GitSettings = { commits: {}, pulls: defaultPullRequests };
	const keeper = openKeeper(parts, () => settings);
	return {
		delivery: keeper ?? withoutForge,
		desk: keeper ?? withoutPullRequests,
		settings: () => settings,
		apply({ commits = {}, pullRequests: pulls = defaultPullRequests, policies }) {
			settings = { commits, pulls };
			keeper?.declare(policies.filter(mayAsk).map(askerOf));
			keeper?.hint();
		},
		hint: (branch) => keeper?.hint(branch),
		run: async (signal) => await keeper?.run(signal),
	};

	/** Those that write nothing say nothing either, and must not be waited for. */
	function mayAsk(policy: FailoverPolicy): boolean {
		return policy.mode === 'Active' && mayEverAsk(policy, settings);
	}

	function askerOf(policy: FailoverPolicy) {
		return { policy: policy.key, groups: groupsOf(policy, settings.pulls) };
	}
}

function openKeeper(
	parts: PullRequestServiceParts,
	settings: () => GitSettings,
): PullRequestKeeper | undefined {
	const { repository, forge: opened, editor, clock, wake } = parts;
	if (repository === undefined || opened === undefined) return undefined;
	const { forge, fileUrl } = opened;
	return createPullRequests({
		...parts,
		repository,
		forge,
		fileUrl,
		text: createPullRequestText(),
		edits: createEditSource({ repository, editor, clock }),
		commits: () => settings().commits,
		settings: () => settings().pulls,
		wake: (policies) => wake((policy) => policies.has(policy)),
	});
}

/** Nothing is known to open pull requests at. */
const withoutForge: Delivery<PullRequestChange> = {
	deliver({ policy }) {
		const where = { kind: 'named', name: policy } as const;
		const message = 'the repository’s URL tells of no forge, or there is no token for it';
		const reported = problem('E_FORGE', { where, message });
		return Promise.resolve({ kind: 'rejected', problem: reported, retry: 'on-change' });
	},
};
