import type { Clock } from '../model/ports/clock.ts';
import type { ForgeKind } from '../model/ports/forge.ts';
import { attempt, type RawAnswer } from './http/attempt.ts';
import type { HttpFetch } from './http/fetch.ts';

/** What one question to an unknown server came to. */
export type Probe =
	| { readonly kind: 'found'; readonly forge: ForgeKind }
	/** It answered, as none of that kind does. */
	| { readonly kind: 'other'; readonly url: string; readonly status: number }
	| { readonly kind: 'silent'; readonly url: string; readonly message: string };

interface Question {
	readonly forge: ForgeKind;
	readonly path: string;
	readonly isAnsweredBy: (answer: RawAnswer) => boolean;
}

const questions: readonly Question[] = [
	{
		forge: 'Gitea',
		path: '/api/v1/version',
		// Where people have to sign in first, it says so with the way to its API's page.
		isAnsweredBy: ({ status, text }) =>
			(status === 200 && typeof field(text, 'version') === 'string') ||
			((status === 401 || status === 403) && String(field(text, 'url')).endsWith('/api/swagger')),
	},
	{
		forge: 'GitLab',
		path: '/api/v4/version',
		isAnsweredBy: ({ status, headers, text }) =>
			headers.get('x-gitlab-meta') !== null ||
			(status === 401 && field(text, 'message') === '401 Unauthorized'),
	},
	{
		forge: 'GitHub',
		path: '/api/v3/meta',
		isAnsweredBy: ({ headers }) =>
			headers.get('x-github-enterprise-version') !== null || headers.get('x-github-request-id') !== null,
	},
];

export interface ProbeParts {
	readonly fetch: HttpFetch;
	readonly clock: Clock;
}

/** Asks a server which forge it is, without any token. A forge of a given kind is asked for that kind only. */
export function probeForge(parts: ProbeParts, root: string, signal: AbortSignal): Promise<readonly Probe[]> {
	return Promise.all(questions.map((question) => ask(parts, root, question, signal)));
}

async function ask(
	parts: ProbeParts,
	root: string,
	{ forge, path, isAnsweredBy }: Question,
	signal: AbortSignal,
): Promise<Probe> {
	const url = `${root}${path}`;
	const headers = { accept: 'application/json', 'user-agent': 'spillway' };
	try {
		const answer = await attempt(parts, url, { method: 'GET', headers, redirect: 'manual', signal });
		return isAnsweredBy(answer) ? { kind: 'found', forge } : { kind: 'other', url, status: answer.status };
	} catch (error) {
		if (signal.aborted) throw error;
		return { kind: 'silent', url, message: error instanceof Error ? error.message : 'no answer' };
	}
}

function field(text: string, name: string): unknown {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null
			? Object.entries(value).find(([key]) => key === name)?.[1]
			: undefined;
	} catch {
		return undefined;
	}
}
