// What the variables of a commit message's template stand for.
import type { EditChange } from '../model/change.ts';
import { type MessageVariable, messageVariables } from '../model/message-template.ts';
import { describeTarget } from '../model/names.ts';
import { showText } from '../model/problem.ts';
import { renderReason } from '../model/reason.ts';
import { shareOf, type Weights } from '../model/weights.ts';

export type MessageValues = Readonly<Record<MessageVariable, string>>;

/** The weights of 32 backends with the longest names are shorter. */
const longestValue = 4096;

/** The values for one change among `count`. Each is one line, except for the reasons. */
export function describeChange(change: EditChange, count: number): MessageValues {
	const { policy, target, shift } = change;
	const { move, from, to, reasons, episode } = shift;
	const line = (text: string): string => showText(text, longestValue);
	return {
		policy: line(policy),
		move,
		from: line(listLosing(from, to)),
		to: line(listGaining(from, to)),
		target: line(describeTarget(target)),
		cluster: line(target.cluster),
		namespace: line(target.namespace),
		name: line(target.name),
		weights: line(listWeights(change)),
		reasons: reasons.map((reason) => `- ${renderReason(reason)}`).join('\n'),
		count: String(count),
		summary: line(summarizeMove(from, to)),
		episode: line(episode.id),
	};
}

/** The values for a whole commit: what differs between its changes is listed, the first few of it. */
export function describeCommit(changes: readonly EditChange[]): MessageValues {
	const each = changes.map((change) => describeChange(change, changes.length));
	const listed = Object.fromEntries(
		messageVariables.map((name) => [name, list(each.map((one) => one[name]))]),
	);
	const reasons = list(changes.flatMap(({ shift }) => shift.reasons.map(renderReason)));
	const summary = `${changes.length} policies on ${listed['cluster']}`;
	return { ...(listed as MessageValues), reasons, ...(changes.length > 1 && { summary }) };
}

/** Values that are listed before the rest is only counted. */
const listedValues = 3;

function list(values: readonly string[]): string {
	const unique = [...new Set(values)];
	const rest = unique.length - listedValues;
	return [...unique.slice(0, listedValues), ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
}

/** `emoji-svc → emoji-svc-west`: which backends lose traffic, which gain it. */
export function summarizeMove(from: Weights, to: Weights): string {
	return `${listLosing(from, to) || 'nothing'} → ${listGaining(from, to)}`;
}

/** `emoji-svc 1 → 0, emoji-svc-west 0 → 1`. */
export function listWeights({ shift: { from, to } }: EditChange): string {
	return [...to].map(([name, weight]) => `${name} ${from.get(name) ?? 0} → ${weight}`).join(', ');
}

function listLosing(from: Weights, to: Weights): string {
	return [...to.keys()].filter((name) => shareOf(to, name) < shareOf(from, name)).join(', ');
}

function listGaining(from: Weights, to: Weights): string {
	return [...to.keys()].filter((name) => shareOf(to, name) > shareOf(from, name)).join(', ');
}
