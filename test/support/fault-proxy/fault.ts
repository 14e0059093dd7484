import type { StreamEdit } from './stream-edits.ts';

/** A request as the proxy saw it. */
export interface ProxiedRequest {
	readonly method: string;
	readonly url: URL;
	readonly isWatch: boolean;
	readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
	readonly body: string;
	/** Which of the client's connections it came over, counted from 1. */
	readonly connection: number;
	/** What the server said, once it has, whether or not the client got to hear it; a watch's without its text. */
	answer?: RecordedAnswer;
}

export interface RecordedAnswer {
	readonly status: number;
	readonly text: string;
	readonly headers?: Readonly<Record<string, string>>;
}

/** Which requests a rule strikes. What is absent matches everything. */
export interface RequestMatch {
	/** Upper case. */
	readonly method?: string;
	/** Part of the path, without the query: `/trafficsplits`. */
	readonly path?: string;
	/** Lists and reads are no watches. */
	readonly watch?: boolean;
	readonly where?: (request: ProxiedRequest) => boolean;
}

/** What happens to a request in place of being passed on as it is. */
export type Fault =
	/** The connection is cut, and nothing reaches the server. */
	| { readonly kind: 'lose-request' }
	/** The server acts, its answer is thrown away, and the connection is cut. */
	| { readonly kind: 'lose-answer' }
	/** Half-open: what goes one way is swallowed, and nothing is closed. */
	| { readonly kind: 'half-open'; readonly swallows: 'request' | 'answer' }
	/** Answered here; nothing reaches the server. */
	| ({ readonly kind: 'answer' } & RecordedAnswer)
	/** Passed on only once `until` has resolved, even if the client is gone by then. */
	| { readonly kind: 'delay'; readonly moment: 'request' | 'answer'; readonly until: () => Promise<unknown> }
	/** The answer's body goes through these, in order. */
	| {
			readonly kind: 'edit';
			readonly edits: readonly StreamEdit[];
			/** Set on top of the server's. */
			readonly headers?: Readonly<Record<string, string>>;
	  };

export interface FaultRule extends RequestMatch {
	readonly fault: Fault;
	/** How many matching requests are struck. Default: all, until lifted. */
	readonly times?: number;
	/** How many matching requests pass before the first is struck. */
	readonly after?: number;
}

/** A rule in force. */
export interface StandingRule {
	/** How many requests it has struck. */
	struck(): number;
	lift(): void;
}

/** The rules in force; of several that match, the oldest strikes. */
export interface RuleBook {
	add(rule: FaultRule): StandingRule;
	/** Counts the request against the rule that strikes it. */
	take(request: ProxiedRequest): Fault | undefined;
}

export function createRuleBook(): RuleBook {
	const standing = new Set<FaultRule>();
	const seen = new Map<FaultRule, number>();
	const first = ({ after = 0 }: FaultRule): number => after;
	const last = ({ after = 0, times = Number.POSITIVE_INFINITY }: FaultRule): number => after + times;

	return {
		add(given) {
			// Each call makes a rule of its own, also of the same words.
			const rule = { ...given };
			standing.add(rule);
			return {
				struck: () => Math.max(0, Math.min(seen.get(rule) ?? 0, last(rule)) - first(rule)),
				lift: () => standing.delete(rule),
			};
		},
		take(request) {
			for (const rule of standing) {
				if (!matches(rule, request)) continue;
				const index = seen.get(rule) ?? 0;
				seen.set(rule, index + 1);
				if (index >= first(rule) && index < last(rule)) return rule.fault;
			}
			return undefined;
		},
	};
}

function matches({ method, path, watch, where }: RequestMatch, request: ProxiedRequest): boolean {
	return (
		(method === undefined || method === request.method) &&
		(path === undefined || request.url.pathname.includes(path)) &&
		(watch === undefined || watch === request.isWatch) &&
		(where === undefined || where(request))
	);
}
