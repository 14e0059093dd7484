// Several Spillways may follow one repository: whoever says first that it looks at a head does.
import type { Check } from '../../model/ports/forge.ts';
import { ForgeError } from '../../model/ports/forge.ts';
import type { Milliseconds } from '../../model/time.ts';
import { type Look, statusContext } from './session.ts';

export type Claim =
	/** It is for us to look at it. */
	| 'ours'
	/** Another one looks at it. */
	| 'theirs'
	/** It was looked at. */
	| 'judged';

/** After this long, whoever said that it looks at a head has come to nothing. */
const patience: Milliseconds = 300_000;

/** How the head's status stands. */
export async function readClaim({ parts, state }: Look, signal: AbortSignal): Promise<Claim> {
	const check = await findStatus({ parts, state }, signal);
	if (check === undefined) return 'ours';
	if (check.state !== 'pending') return 'judged';
	if (isOurs(check, parts.name)) return 'ours';
	const now = parts.clock.now();
	state.claimedSince ??= now;
	return now - state.claimedSince < patience ? 'theirs' : 'ours';
}

/** Says that we look at it, and looks whether somebody else said so a moment later: the last one it is. */
export async function claimHead(look: Look, signal: AbortSignal): Promise<Claim> {
	const { parts, state } = look;
	const status = {
		context: statusContext,
		state: 'pending',
		description: describeClaim(parts.name),
	} as const;
	try {
		await parts.forge.setStatus(state.head, status, signal);
	} catch (error) {
		// Without the right to set a status, people are told all the same.
		if (error instanceof ForgeError && error.retry !== 'soon') return 'ours';
		throw error;
	}
	const check = await findStatus(look, signal);
	if (check === undefined || isOurs(check, parts.name)) return 'ours';
	return check.state === 'pending' ? 'theirs' : 'judged';
}

async function findStatus(
	{ parts, state }: Pick<Look, 'parts' | 'state'>,
	signal: AbortSignal,
): Promise<Check | undefined> {
	const checks = await parts.forge.checks(state.head, signal);
	return checks.find(({ name }) => name === statusContext);
}

function describeClaim(name: string): string {
	return `being looked at by Spillway (${name})`;
}

/** A forge that keeps no descriptions cannot tell whose it is. */
function isOurs({ state, description }: Check, name: string): boolean {
	return state === 'pending' && (description === undefined || description === describeClaim(name));
}
