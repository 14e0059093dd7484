import type { EditChange } from '../model/change.ts';
import { describeTarget } from '../model/names.ts';
import { type Reason, renderReason } from '../model/reason.ts';
import { shareOf, type Weights } from '../model/weights.ts';

/** Longer messages are cut: the rest can be read from the diff. */
export const maxMessageBytes = 4096;

/** Policies a message explains in full before it only counts the rest. */
const explained = 8;

/**
 * The message of one commit: what moved in the subject, why in the body, and trailers that machines and
 * `git log --grep` find again. One Failover-Policy, -Episode and -Change-Id trailer per explained change; as many
 * changes are explained as there is room for, at least one. Trailers are never cut.
 */
export function composeMessage(changes: readonly EditChange[]): string {
	const shown = changes.slice(0, explained);
	while (shown.length > 1 && countBytes(write(changes, shown).join('')) > maxMessageBytes) shown.pop();
	const [text, end] = write(changes, shown);
	return cutToBytes(text, maxMessageBytes - countBytes(end)) + end;
}

/** What people read, and the trailers. */
function write(changes: readonly EditChange[], shown: readonly EditChange[]): readonly [string, string] {
	const rest = changes.length - shown.length;
	const body = shown.map(explainChange);
	if (rest > 0) body.push(`And ${rest} more: see the diff.`);
	return [[subject(changes), ...body].join('\n\n'), `\n\n${trailers(shown)}\n`];
}

/** `emoji-svc → emoji-svc-west`: which backends lose traffic, which gain it. */
export function summarizeMove(from: Weights, to: Weights): string {
	const names = [...to.keys()];
	const losing = names.filter((name) => shareOf(to, name) < shareOf(from, name));
	const gaining = names.filter((name) => shareOf(to, name) > shareOf(from, name));
	return `${losing.join(', ') || 'nothing'} → ${gaining.join(', ')}`;
}

function subject(changes: readonly EditChange[]): string {
	const [first] = changes;
	if (first === undefined) return 'failover: nothing';
	const { move, from, to } = first.shift;
	if (changes.length === 1) return `${move}(${first.policy}): ${summarizeMove(from, to)}`;
	const moves = [...new Set(changes.map(({ shift }) => shift.move))].join(' and ');
	const clusters = [...new Set(changes.map(({ target }) => target.cluster))].join(', ');
	return `${moves}: ${changes.length} policies on ${clusters}`;
}

function explainChange({ target, shift }: EditChange): string {
	const weights = [...shift.to].map(([name, weight]) => `${name} ${shift.from.get(name) ?? 0} → ${weight}`);
	const why = shift.reasons.map((reason) => `- ${renderReason(reason)}`);
	return [`${describeTarget(target)}: ${weights.join(', ')}`, ...why].join('\n');
}

function trailers(changes: readonly EditChange[]): string {
	const policyCommits = new Set(changes.map(({ policyCommit }) => policyCommit));
	return [
		...changes.flatMap(({ policy, shift }) => [
			`Failover-Policy: ${policy}`,
			`Failover-Episode: ${shift.episode.id}`,
			`Failover-Change-Id: ${shift.episode.id}:${[...shift.to.values()].join('/')}`,
			`Failover-Reason: ${reasonCodes(shift.reasons)}`,
		]),
		...[...policyCommits].map((commit) => `Failover-Policy-Commit: ${commit}`),
	].join('\n');
}

function reasonCodes(reasons: readonly Reason[]): string {
	return [...new Set(reasons.map(({ code }) => code))].join(', ');
}

function countBytes(text: string): number {
	return new TextEncoder().encode(text).length;
}

function cutToBytes(text: string, limit: number): string {
	const bytes = new TextEncoder().encode(text);
	if (bytes.length <= limit) return text;
	return `${new TextDecoder().decode(bytes.slice(0, limit - 3)).replace(/�$/, '')}…`;
}
