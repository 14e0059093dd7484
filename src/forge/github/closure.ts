import type { Closure } from '../../model/ports/forge.ts';
import { asFields, type Fields, findFields, findText, readTime } from '../http/fields.ts';
import type { GitHubApi, SendPage } from './api.ts';
import { asList } from './as-list.ts';

/**
 * From the events of the pull request. One whose branch is deleted GitHub closes in the same moment; people who close
 * it, and then delete the branch, take longer.
 */
export async function readClosure(api: GitHubApi, number: number, signal: AbortSignal): Promise<Closure> {
	const send: SendPage = (octokit, parameters) =>
		octokit.request('GET /repos/{owner}/{repo}/issues/{issue_number}/events', {
			...parameters,
			issue_number: number,
		});
	const read = (body: unknown): readonly Event[] => asList(body, 'events').map(readEvent);
	const events = await api.items({ what: 'read how it was closed' }, send, read, signal);
	const closed = events.findLast(({ name }) => name === 'closed');
	if (closed === undefined) return { byBranch: false };
	const byBranch = events.some(({ name, at }) => name === 'head_ref_deleted' && at === closed.at);
	return { byBranch, ...(closed.actor === undefined ? {} : { by: closed.actor }) };
}

interface Event {
	readonly name: string;
	readonly at: number;
	readonly actor: string | undefined;
}

function readEvent(value: unknown): Event {
	const event: Fields = asFields(value, 'event');
	const actor = findText(findFields(event['actor']), 'login');
	return { name: findText(event, 'event') ?? '', at: readTime(event, 'created_at'), actor };
}
