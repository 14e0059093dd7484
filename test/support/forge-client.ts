import type { ExecutionContext } from 'ava';
import { createForgeClient, type ForgeClient, type ForgeRequest } from '../../src/forge/http/client.ts';
import { ForgeError } from '../../src/model/ports/forge.ts';
import { aCanary } from './canaries.ts';
import { createImpatientClock, type ImpatientClock } from './impatient-clock.ts';
import { type ScriptedAnswer, type SeenRequest, scriptFetch } from './scripted-fetch.ts';

export const firstToken: string = aCanary('forge-token');
export const secondToken: string = aCanary('forge-token-2');

/** Calls that read, that may be made twice, and that must not be. */
export const read: ForgeRequest = { method: 'GET', path: '/repos/o/n', what: 'read the repository' };
export const write: ForgeRequest = {
	method: 'PATCH',
	path: '/repos/o/n/pulls/1',
	body: { title: 'x' },
	what: 'edit it',
};
export const create: ForgeRequest = { ...write, method: 'POST', what: 'open one', creates: true };

export interface ClientStage {
	readonly client: ForgeClient;
	readonly clock: ImpatientClock;
	readonly seen: readonly SeenRequest[];
	/** What the token's source was told was refused. */
	readonly asked: readonly (string | undefined)[];
}

/** A client of a scripted forge; another token takes the place of the first one. */
export function setStage(
	answers: readonly ScriptedAnswer[],
	tokens: (refused: string | undefined) => string = (refused) =>
		refused === firstToken ? secondToken : firstToken,
): ClientStage {
	const clock = createImpatientClock();
	const { fetch, seen } = scriptFetch(answers);
	const asked: (string | undefined)[] = [];
	const client = createForgeClient({
		kind: 'Gitea',
		place: 'https://forge.example/o/n',
		baseUrl: 'https://forge.example/api/v1',
		tokens: {
			token: (refused) => {
				asked.push(refused);
				return new Promise((resolve) => resolve(tokens(refused)));
			},
		},
		fetch,
		clock,
		random: () => 0,
	});
	return { client, clock, seen, asked };
}

/** The ForgeError of a call, which repeats no token. */
export async function refusal(t: ExecutionContext, call: Promise<unknown>): Promise<ForgeError> {
	const error = await t.throwsAsync(call);
	if (!(error instanceof ForgeError)) throw new TypeError(`no ForgeError: ${error}`, { cause: error });
	t.false(error.message.includes(firstToken) || error.message.includes(secondToken), 'no token in an error');
	return error;
}
