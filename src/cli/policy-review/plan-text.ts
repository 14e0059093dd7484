// The words about what a pull request's policies would move right now.
import type { Decision } from '../../model/decision.ts';
import type { ClusterName, PolicyKey } from '../../model/names.ts';
import type { FailoverPolicy } from '../../model/policy.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import { renderReason } from '../../model/reason.ts';
import type { Instant } from '../../model/time.ts';
import { formatInstant } from '../../plan/pull-request/instants.ts';
import { sanitizeName, sanitizeSentence } from '../../plan/pull-request/sanitize.ts';
import { listNames } from '../../plan/pull-request/wording.ts';
import { takeLines } from './room.ts';

/** What is known of the changed policies. */
export type PlanReading =
	/** Whoever asks may not know how the clusters are. */
	| { readonly kind: 'withheld' }
	| { readonly kind: 'none' }
	/** More policies differ than are looked at. */
	| { readonly kind: 'too many'; readonly size: number }
	| {
			readonly kind: 'planned';
			readonly planned: readonly PlannedPolicy[];
			/** Policies on clusters that only the head knows, with the name of one. */
			readonly unknown: readonly { readonly key: PolicyKey; readonly cluster: ClusterName }[];
			/** Policies without an answer in time. */
			readonly unanswered: readonly PolicyKey[];
			readonly at: Instant;
	  };

export interface PlannedPolicy {
	readonly policy: FailoverPolicy;
	readonly decision: Decision;
}

/** So many policies are shown; the others are counted. */
const maxRows = 50;

/** GitHub takes 64 KiB of a comment, and half of it may be problems. */
const tableBytes = 24_576;

/** Names in a row, and of the policies that nothing is known of. */
const maxNames = 10;

/** What the reasons of one decision may take. */
const reasonLength = 400;

export function writePlan(
	plan: PlanReading,
	{ head, removed }: { readonly head: CommitId; readonly removed: readonly PolicyKey[] },
): string {
	const gone =
		removed.length === 0
			? ''
			: `No longer there: ${listNames(removed, maxNames)}. The weights of what they moved stay as they are.`;
	return [tell(plan), gone, tellTime(plan, head)].filter(Boolean).join('\n\n');
}

function tell(plan: PlanReading): string {
	switch (plan.kind) {
		case 'withheld':
			return 'What it would move is told only to people who may write to this repository: it says how the clusters are.';
		case 'none':
			return '**No policy says anything else than before**, so nothing would move.';
		case 'too many':
			return `**${plan.size} policies change**, too many to say what each would move. \`spillway plan --branch\` says it.`;
		case 'planned':
			return tellPlanned(plan);
	}
}

type Planned = Extract<PlanReading, { readonly kind: 'planned' }>;

function tellPlanned({ planned, unknown, unanswered }: Planned): string {
	const moving = planned.filter(({ decision }) => decision.kind === 'shift');
	const total = planned.length + unknown.length + unanswered.length;
	const ordered = [...moving, ...planned.filter(({ decision }) => decision.kind !== 'shift')];
	const rows = takeLines(ordered.slice(0, maxRows).map(writeRow), maxRows, tableBytes);
	const rest = ordered.length - rows.length;
	return [
		`**${tellTotal(moving.length, total, planned.length)}**`,
		rows.length === 0 ? '' : ['| policy | would move | why |', '|---|---|---|', ...rows].join('\n'),
		rest === 0 ? '' : `${rest} more ${rest === 1 ? 'is' : 'are'} not shown.`,
		...tellUnknown(unknown),
		unanswered.length === 0
			? ''
			: `Not known, as the clusters gave no answer in time: ${listNames(unanswered, maxNames)}.`,
	]
		.filter(Boolean)
		.join('\n\n');
}

function tellTotal(moving: number, total: number, known: number): string {
	const policies = `${total} changed ${total === 1 ? 'policy' : 'policies'}`;
	if (moving > 0) return `${moving} of ${policies} would move traffic now.`;
	if (known === 0) return `What ${policies} would move is not known.`;
	return known === total
		? 'Nothing would move now.'
		: `Nothing would move now, as far as is known of ${policies}.`;
}

function tellUnknown(unknown: Planned['unknown']): readonly string[] {
	const clusters = Map.groupBy(unknown, ({ cluster }) => cluster);
	return [...clusters].map(([cluster, policies]) => {
		const keys = policies.map(({ key }) => key);
		return `Not known before it is merged, as the base branch declares no cluster ${sanitizeName(cluster)}: ${listNames(keys, maxNames)}.`;
	});
}

function writeRow({ policy, decision }: PlannedPolicy): string {
	const why = decision.reasons.map(renderReason).join('; ');
	const cells = [sanitizeName(policy.key), tellMove(policy, decision), sanitizeSentence(why, reasonLength)];
	return `| ${cells.join(' | ')} |`;
}

function tellMove(policy: FailoverPolicy, decision: Decision): string {
	if (decision.kind === 'hold') return 'nothing';
	const weights = [...decision.to]
		.filter(([name, to]) => (decision.from.get(name) ?? 0) !== to)
		.slice(0, maxNames)
		.map(([name, to]) => `${sanitizeName(name)} ${decision.from.get(name) ?? 0} → ${to}`);
	const move = `${decision.move} via ${policy[decision.move].via}: ${weights.join(', ')}`;
	return policy.mode === 'Observe' ? `nothing, as its mode is Observe; else ${move}` : move;
}

function tellTime(plan: PlanReading, head: CommitId): string {
	const commit = `commit \`${head.slice(0, 12)}\``;
	if (plan.kind !== 'planned') return `Of ${commit}.`;
	return `As of ${formatInstant(plan.at)}, of ${commit}, with the clusters as the base branch declares them.`;
}
