// `spec.commits`: who commits, what the messages look like, and what follows a refusal.
import { z } from 'zod';
import { type MessageTemplate, messageVariables } from '../model/message-template.ts';
import type { CommitSettings } from '../model/policy.ts';
import type { Identity } from '../model/ports/repository.ts';
import { showValue } from '../model/problem.ts';
import { reportFault } from './fault.ts';
import { messageText } from './message-text.ts';

interface WrittenMessage {
	readonly subject?: string | undefined;
	readonly body?: string | undefined;
}

/** `spec.commits`, with nothing filled in. */
export interface WrittenCommits {
	readonly author?: Identity | undefined;
	readonly committer?: Identity | undefined;
	readonly message?: WrittenMessage | undefined;
	readonly onRefused?: 'PullRequest' | undefined;
}

/** Git takes no angle bracket and no line break in a name or an address. */
function identityText(pattern: RegExp, expected: string): z.ZodType<string, string> {
	return z
		.string()
		.min(1)
		.max(254)
		.superRefine((text, context) => {
			if (text === '' || pattern.test(text)) return;
			const message = 'cannot stand in a commit';
			reportFault(context, { code: 'E_IDENTITY', message, got: showValue(text), expected });
		});
}

const identity = z.strictObject({
	name: identityText(/^[^<>\p{Cc}\s](?:[^<>\p{Cc}]*[^<>\p{Cc}\s])?$/u, 'one line without < and >').meta({
		description: 'The name, such as Spillway.',
	}),
	email: identityText(/^[^<>\p{Cc}\s]+@[^<>\p{Cc}\s]+$/u, 'an address such as bot@example.com').meta({
		description: 'The address.',
	}),
});

const message = z
	.strictObject({
		subject: messageText(200, 'oneLine').optional().meta({
			description: 'The first line. Default: failover(emojivoto/emoji): emoji-svc → emoji-svc-west.',
		}),
		body: messageText(4096, 'anyLines').optional().meta({
			description: 'What follows. Default: weights and reasons of each move. Trailers are always added.',
		}),
	})
	.meta({
		title: 'Message',
		description: `Texts with {{variables}}: ${messageVariables.join(', ')}.`,
	});

const fields = z
	.strictObject({
		author: identity.optional().meta({
			title: 'Author',
			description: 'Default: Spillway <bot@spillway.dev>.',
		}),
		committer: identity.optional().meta({ title: 'Committer', description: 'Default: the author.' }),
		message: message.optional(),
		onRefused: z.enum(['PullRequest']).optional().meta({
			title: 'On refusal',
			description:
				'What follows where a protected branch refuses a commit. PullRequest: people are asked to merge it. Default: it is tried again every few minutes.',
		}),
	})
	.meta({ title: 'Commits', description: 'Who commits, and what the messages look like.' });

/** `spec.commits` as people write it. */
export const commits: z.ZodPrefault<z.ZodType<WrittenCommits, WrittenCommits>> = fields.prefault({});

export function completeCommits({
	author,
	committer,
	message: template,
	onRefused,
}: WrittenCommits): CommitSettings {
	return {
		...(author !== undefined && { author }),
		...(committer !== undefined && { committer }),
		...(template !== undefined && { message: completeMessage(template) }),
		...(onRefused !== undefined && { onRefused }),
	};
}

function completeMessage({ subject, body }: WrittenMessage): MessageTemplate {
	return { ...(subject !== undefined && { subject }), ...(body !== undefined && { body }) };
}
