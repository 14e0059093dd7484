// `spec.pullRequests`: what pull requests look like, and who is asked.
import { z } from 'zod';
import { defaultPullRequests, type PullRequestSettings } from '../model/policy.ts';
import { forgeLabel, login } from './forge-names.ts';
import { linkTitle, linkUrl } from './link.ts';

/** As many as a forge takes of any. */
const maxNames = 100;

/** More would hide the rest of the text. */
const maxLinks = 20;

/** Nobody reads more than this. */
const maxBudget = 1_000;

const link = z
	.strictObject({
		title: linkTitle.meta({ description: 'What people read.' }),
		url: linkUrl.meta({
			description: 'An address of https or http, with the {{variables}} of commit messages.',
		}),
	})
	.meta({ title: 'Link' });

const usual = defaultPullRequests;

const fields = z
	.strictObject({
		groupBy: z.enum(['Policy', 'Namespace', 'Cluster']).default(usual.groupBy).meta({
			description: 'Which moves share a pull request, where a policy has no group of its own.',
		}),
		labels: z
			.array(forgeLabel)
			.max(maxNames)
			.default([...usual.labels])
			.meta({ description: 'Set on each one when it is opened.' }),
		reviewers: z
			.array(login)
			.max(maxNames)
			.default([...usual.reviewers])
			.meta({ description: 'Logins, or team:name, asked for a review when it is opened.' }),
		onCall: z
			.array(login)
			.max(maxNames)
			.default([...usual.onCall])
			.meta({
				description: 'Logins, or team:name, that the steps Notify and Reviewers of an escalation turn to.',
			}),
		draft: z.boolean().default(usual.isDraft).meta({ description: 'They are opened as drafts.' }),
		links: z
			.array(link)
			.max(maxLinks)
			.default([...usual.links])
			.meta({ description: 'Pages about the service.' }),
		maxOpen: z.int().min(1).max(maxBudget).default(usual.maxOpen).meta({
			description: 'How many may be open at once, failovers and failbacks together.',
		}),
		maxPerHour: z.int().min(1).max(maxBudget).default(usual.maxPerHour).meta({
			description: 'How many may be opened within an hour.',
		}),
	})
	.meta({ title: 'Pull requests', description: 'What pull requests look like, and who is asked.' });

/** `spec.pullRequests` with its defaults. */
export interface WrittenPullRequests extends Omit<PullRequestSettings, 'isDraft'> {
	readonly draft: boolean;
}

/** As people write it. */
export const pullRequests: z.ZodOptional<z.ZodType<WrittenPullRequests>> = fields.optional();

/** A name that stands twice counts once. */
export function completePullRequests({ draft, ...written }: WrittenPullRequests): PullRequestSettings {
	return {
		...written,
		labels: unique(written.labels),
		reviewers: unique(written.reviewers),
		onCall: unique(written.onCall),
		isDraft: draft,
	};
}

function unique(names: readonly string[]): readonly string[] {
	return [...new Set(names)];
}
