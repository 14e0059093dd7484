import type { EditChange } from '../model/change.ts';
import { type ChangeTrailers, formatChangeId, formatTrailers } from '../model/commit-trailers.ts';
import { fillTemplate, type MessageTemplate } from '../model/message-template.ts';
import { describeTarget } from '../model/names.ts';
import { showText } from '../model/problem.ts';
import { renderReason } from '../model/reason.ts';
import { describeChange, describeCommit, listWeights, summarizeMove } from './message-values.ts';

/** Longer messages are cut: the rest can be read from the diff. */
export const maxMessageBytes = 4096;

/** A subject longer than this, in characters, is cut: the body says all of it. */
const subjectLength = 200;

/** Policies a message explains in full before it only counts the rest. */
const explained = 8;

/**
 * The message of one commit: what moved in the subject, why in the body, and trailers that machines and
 * `git log --grep` find again. As many changes are explained, with trailers of their own, as there is room for, at
 * least one. Trailers are never cut.
 */
export function composeMessage(changes: readonly EditChange[], template: MessageTemplate = {}): string {
	const shown = changes.slice(0, explained);
	while (shown.length > 1 && countBytes(write(changes, shown, template).join('')) > maxMessageBytes) {
		shown.pop();
	}
	const [text, end] = write(changes, shown, template);
	return cutToBytes(text, maxMessageBytes - countBytes(end)) + end;
}

/** What people read, and the trailers. */
function write(
	changes: readonly EditChange[],
	shown: readonly EditChange[],
	template: MessageTemplate,
): readonly [string, string] {
	const rest = changes.length - shown.length;
	const body = [...new Set(shown.map((change) => explain(change, changes.length, template)))];
	if (rest > 0) body.push(`And ${rest} more: see the diff.`);
	const trailers = formatTrailers({
		explained: shown.map(trailersOf),
		count: changes.length,
		policyCommits: new Set(shown.map(({ policyCommit }) => policyCommit)),
	});
	return [[writeSubject(changes, template), ...body].filter(Boolean).join('\n\n'), `\n\n${trailers}\n`];
}

/** One line, and never empty. */
function writeSubject(changes: readonly EditChange[], { subject }: MessageTemplate): string {
	const filled = subject === undefined ? '' : fillTemplate(subject, describeCommit(changes));
	const line = filled.replaceAll(/\s+/g, ' ').trim();
	return showText(line === '' ? usualSubject(changes) : line, subjectLength);
}

function usualSubject(changes: readonly EditChange[]): string {
	const [first] = changes;
	if (first === undefined) return 'failover: nothing';
	const { move, from, to } = first.shift;
	if (changes.length === 1) return `${move}(${first.policy}): ${summarizeMove(from, to)}`;
	const { move: moves, summary } = describeCommit(changes);
	return `${moves.replaceAll(', ', ' and ')}: ${summary}`;
}

function explain(change: EditChange, count: number, { body }: MessageTemplate): string {
	if (body !== undefined) return sanitize(fillTemplate(body, describeChange(change, count)));
	const { target, shift } = change;
	const why = shift.reasons.map((reason) => `- ${renderReason(reason)}`);
	const what = `${describeTarget(target)}: ${listWeights(change)}`;
	return [showText(what, maxMessageBytes), ...why].join('\n');
}

/** A person's template keeps its lines, but brings nothing that Git or a terminal would trip over. */
function sanitize(text: string): string {
	const lines = text.replaceAll(/\r\n?/g, '\n').split('\n');
	return lines
		.map((line) => showText(line.trimEnd().replaceAll('\t', '    '), maxMessageBytes))
		.join('\n')
		.trim();
}

function trailersOf({ policy, target, shift }: EditChange): ChangeTrailers {
	const { episode, reasons, to } = shift;
	const changeId = formatChangeId(episode.id, to);
	const codes = [...new Set(reasons.map(({ code }) => code))];
	return { policy, target, episode: episode.id, changeId, reasons: codes };
}

function countBytes(text: string): number {
	return new TextEncoder().encode(text).length;
}

function cutToBytes(text: string, limit: number): string {
	const bytes = new TextEncoder().encode(text);
	if (bytes.length <= limit) return text;
	return `${new TextDecoder().decode(bytes.slice(0, limit - 3)).replace(/�$/, '')}…`;
}
