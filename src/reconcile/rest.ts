// What a pass that asks people for nothing says to pull requests.
import type { Decision, PolicyMemory } from '../model/decision.ts';
import type { FailoverPolicy, Via } from '../model/policy.ts';
import type { NoRequest } from '../model/ports/pull-requests.ts';
import type { Reason } from '../model/reason.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { rulesNaming, weightsOf } from '../model/target-rules.ts';
import type { Weights } from '../model/weights.ts';
import { asksForDebt } from './debt-payment.ts';
import { mayEverAsk } from './ladder.ts';
import type { PassEnd, PassInput, PassParts } from './pass-report.ts';

/** What a pass came to. */
export interface PassOutcome {
	readonly decision: Decision;
	/** Which way the shift went; absent where there was none to carry out. */
	readonly way: Via | undefined;
	readonly end: PassEnd;
	/** Whether people were asked for something. */
	readonly asked: boolean;
}

/** Says so where nothing is asked for any more. */
export function sayRest(parts: PassParts, input: PassInput, outcome: PassOutcome): void {
	const { policy, manifests: folder = '' } = input;
	if (outcome.asked || !mayEverAsk(policy, parts.settings())) return;
	const why = judgeRest(parts, input, outcome);
	if (why === undefined) return;
	parts.pulls.rest({ policy: policy.key, target: policy.target, folder }, why);
}

function judgeRest(
	{ ledger, settings }: PassParts,
	{ policy, snapshot }: PassInput,
	{ decision, way, end }: PassOutcome,
): NoRequest | undefined {
	const memory = ledger.load(policy.key);
	const owed = memory.debt !== undefined && asksForDebt(policy, memory.debt, settings());
	if (decision.kind === 'shift') {
		// Weights that were written directly are asked for as soon as that pass is over.
		if (end.escalated !== undefined) return owed ? undefined : { kind: 'overtaken', by: 'Direct' };
		return judgeShift(memory, policy[decision.move].via, way);
	}
	if (owed) return undefined;
	const { reasons } = decision;
	if (reasons.some(({ code }) => standing.has(code))) return { kind: 'stopped', reasons };
	return { kind: 'unneeded', weights: weightsInPlace(policy, snapshot), reasons };
}

/** Of several rules, the first one's; `undefined` where there is no target that names all backends. */
function weightsInPlace({ backends }: FailoverPolicy, { target }: Snapshot): Weights | undefined {
	if (target.kind !== 'found') return undefined;
	const services = backends.map(({ service }) => service);
	const [first] = rulesNaming(target.target, services);
	return first && weightsOf(first, services);
}

/** What the ladder commits is asked for until the branch has it: the commit may come to nothing. */
function judgeShift({ pending }: PolicyMemory, via: Via, way: Via | undefined): NoRequest | undefined {
	if (way === undefined || way === 'PullRequest') return undefined;
	const isTaken = via !== 'PullRequest' || pending?.committed !== undefined;
	return isTaken ? { kind: 'overtaken', by: way } : undefined;
}

/** Reasons by which people, or somebody's writes, stand against a move. */
const standing: ReadonlySet<Reason['code']> = new Set(['Vetoed', 'ManualEdit', 'Contested']);
