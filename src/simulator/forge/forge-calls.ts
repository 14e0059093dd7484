import { ForgeError, type Login } from '../../model/ports/forge.ts';
import { problem } from '../../model/problem.ts';
import type { Milliseconds } from '../../model/time.ts';
import type { ForgeCore } from './forge-core.ts';
import type { BefallingFault, ForgeCall } from './forge-faults.ts';
import type { HostedRepository } from './hosted-repository.ts';
import { ForgeRefusal, notFound } from './refusal.ts';

/** How often a forge was called. */
export interface CallCounts {
	readonly calls: number;
	/** Calls that make a pull request, a comment or a review, which forges limit more. */
	readonly creations: number;
	readonly byCall: ReadonlyMap<ForgeCall, number>;
}

/** Carries calls to a forge out, or what befalls them instead. Throws ForgeError. */
export interface ForgeCalls {
	counts(): CallCounts;
	run<T>(call: ForgeCall, work: ForgeWork<T>, signal: AbortSignal): Promise<T>;
}

/** What a call does in the repository. */
type ForgeWork<T> = (hosted: HostedRepository) => Promise<T>;

/** On whose behalf, and where. */
export interface Caller {
	/** By its full name. */
	readonly repository: string;
	readonly user: Login;
	/** The repository's page. */
	readonly page: string;
}

/** After this long without an answer a call is given up. */
const patience: Milliseconds = 30_000;

/** Where a forge limits us without saying for how long. */
const unsaidWait: Milliseconds = 60_000;

const creating: ReadonlySet<ForgeCall> = new Set(['create', 'comment', 'review']);

/** What an answer that is no success comes to, as the adapters for real forges have it. */
export function createForgeCalls(core: ForgeCore, { repository, user, page: place }: Caller): ForgeCalls {
	const { clock, faults } = core;
	const byCall = new Map<ForgeCall, number>();
	const where = { kind: 'named', name: place } as const;

	const silence = (call: ForgeCall, message: string): ForgeError =>
		new ForgeError(problem('E_FORGE_UNREACHABLE', { where, message }), {
			retry: 'soon',
			isLost: creating.has(call) && message !== 'connection refused',
		});
	const carryOut = async <T>(work: ForgeWork<T>): Promise<T> => {
		try {
			if (core.user(user) === undefined) throw new ForgeRefusal(401, 'invalid username, password or token');
			const hosted = core.repository(repository);
			if (hosted === undefined) throw notFound();
			return await work(hosted);
		} catch (error) {
			if (!(error instanceof ForgeRefusal)) throw error;
			throw explainStatus(place, error.status, error.message);
		}
	};
	const befall = async <T>(
		{ call, fault, work }: { call: ForgeCall; fault: BefallingFault; work: ForgeWork<T> },
		signal: AbortSignal,
	): Promise<T> => {
		switch (fault.kind) {
			case 'refused':
				throw silence(call, 'connection refused');
			case 'answer':
				throw explainStatus(place, fault.status, 'simulated', {
					retryAfter: fault.retryAfter,
					isLost: creating.has(call) && fault.status >= 500,
				});
			case 'hang':
				await clock.sleep(patience, signal);
				throw silence(call, 'no answer within 30s');
			case 'lost':
				if (fault.when === 'after') await carryOut(work);
				throw silence(call, 'the connection broke before the answer');
		}
	};

	return {
		counts: () => {
			const all = [...byCall];
			const sum = (entries: typeof all) => entries.reduce((total, [, count]) => total + count, 0);
			return { calls: sum(all), creations: sum(all.filter(([call]) => creating.has(call))), byCall };
		},
		async run(call, work, signal) {
			signal.throwIfAborted();
			byCall.set(call, (byCall.get(call) ?? 0) + 1);
			const fault = faults.take(call);
			// No answer ever comes before the caller has gone on.
			await Promise.resolve();
			const answer = fault === undefined ? carryOut(work) : befall({ call, fault, work }, signal);
			const result = await answer;
			signal.throwIfAborted();
			return result;
		},
	};
}

function explainStatus(
	place: string,
	status: number,
	words: string,
	facts: { readonly retryAfter?: Milliseconds | undefined; readonly isLost?: boolean } = {},
): ForgeError {
	const where = { kind: 'named', name: place } as const;
	const message = `the forge answers ${status}${words === '' ? '' : `: ${words}`}`;
	if (status >= 500) {
		return new ForgeError(problem('E_FORGE_UNREACHABLE', { where, message }), { retry: 'soon', ...facts });
	}
	switch (status) {
		case 401:
			return new ForgeError(problem('E_FORGE_AUTH', { where, message }), { retry: 'later' });
		case 403:
			return new ForgeError(problem('E_FORGE_RIGHTS', { where, message }), { retry: 'later' });
		case 404:
			return new ForgeError(problem('E_FORGE_REPOSITORY', { where, message }), { retry: 'later' });
		case 429: {
			const retryAfter = facts.retryAfter ?? unsaidWait;
			return new ForgeError(problem('E_FORGE_LIMITED', { where, message }), { retry: 'soon', retryAfter });
		}
		case 425:
			return new ForgeError(problem('E_FORGE_REFUSED', { where, message }), { retry: 'soon' });
		default:
			return new ForgeError(problem('E_FORGE_REFUSED', { where, message }), { retry: 'later' });
	}
}

/** What will not be otherwise however often it is tried. */
export function refuseForGood(place: string, message: string): ForgeError {
	const where = { kind: 'named', name: place } as const;
	return new ForgeError(problem('E_FORGE_REFUSED', { where, message }), { retry: 'never' });
}
