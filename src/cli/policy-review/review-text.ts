// The words about problems: a review with a remark at each line, and the status.
import { createHash } from 'node:crypto';
import type { CommitStatus, LineRemark } from '../../model/ports/forge.ts';
import { formatWhere, isWarning, type Problem } from '../../model/problem.ts';
import { formatTopicMark } from '../../plan/pull-request/marks.ts';
import { sanitizeName, sanitizeSentence } from '../../plan/pull-request/sanitize.ts';
import { count, endSentence, list } from '../../plan/pull-request/wording.ts';
import { placeOf } from '../validation/findings.ts';
import type { ChangeReading, NewProblem } from './read-change.ts';
import { takeLines } from './room.ts';

/** So many problems are shown; the others are counted. */
export const maxShown = 50;

/** GitHub takes 64 KiB of a text, and half of it may be something else. */
const listBytes = 24_576;

/** Problems are one sentence each. */
const sentenceLength = 800;

/** Of paths: git allows longer ones. */
const pathLength = 300;

export interface ReviewText {
	readonly body: string;
	readonly remarks: readonly LineRemark[];
}

/** What the status says: only what the pull request brings is held against it. */
export function judgeReading({
	news,
	old,
	changed,
	removed,
}: ChangeReading): Pick<CommitStatus, 'state' | 'description'> {
	const isWrong = news.some(({ problem }) => !isWarning(problem));
	const policies = changed.length + removed.length;
	const parts = [
		...(isWrong ? [] : [policies === 1 ? '1 policy changes' : `${policies} policies change`]),
		news.length === 0 ? 'no problems' : countProblems(news),
		...(old === 0 ? [] : [`${old} on the base already`]),
	];
	return { state: isWrong ? 'failure' : 'success', description: parts.join(', ') };
}

/** Tells one set of problems from another, wherever they stand; '' for none. */
export function digestProblems(news: readonly NewProblem[]): string {
	if (news.length === 0) return '';
	const all = news.map(({ fingerprint }) => fingerprint).sort();
	return createHash('sha256').update(all.join()).digest('hex').slice(0, 32);
}

/** A remark at each line that the pull request has; what stands elsewhere is told in the body. */
export function writeReview(reading: ChangeReading): ReviewText {
	const { news, old, files } = reading;
	const shown = pickShown(news);
	const placed = shown.map((each) => ({ ...each, place: placeOf(each.problem, files) }));
	const remarks = placed.flatMap(({ problem, fingerprint, place }) => {
		if (place === undefined || !files.has(place.file)) return [];
		const body = `${writeProblem(problem)} ${formatTopicMark('problem', fingerprint)}`;
		return { path: place.file, line: place.position?.line ?? 1, body };
	});
	const elsewhere = placed
		.filter(({ place }) => place === undefined || !files.has(place.file))
		.map(({ problem }) => writeLine(problem));
	const lines = takeLines(elsewhere, maxShown, listBytes);
	const shownSize = remarks.length + lines.length;
	const body = [
		`${formatTopicMark('review', digestProblems(news))}\n**${countProblems(news)}** in what this pull request says of policies.`,
		lines.join('\n'),
		[tellRest(news, shownSize), tellOld(old)].filter(Boolean).join(' '),
	];
	return { body: body.filter(Boolean).join('\n\n'), remarks };
}

/** The same as a list, where a review could not be written. */
export function listProblems(news: readonly NewProblem[]): string {
	const all = pickShown(news).map(({ problem }) => writeLine(problem));
	const lines = takeLines(all, maxShown, listBytes);
	return [lines.join('\n'), tellRest(news, lines.length)].filter(Boolean).join('\n\n');
}

/** `2 problems and 1 warning`. */
export function countProblems(news: readonly NewProblem[]): string {
	const warnings = news.filter(({ problem }) => isWarning(problem)).length;
	const errors = news.length - warnings;
	return list([
		...(errors === 0 ? [] : [count(errors, 'problem')]),
		...(warnings === 0 ? [] : [count(warnings, 'warning')]),
	]);
}

export function tellOld(old: number): string {
	if (old === 0) return '';
	return `${count(old, 'other')} ${old === 1 ? 'is' : 'are'} on the base branch already.`;
}

function tellRest(news: readonly NewProblem[], shown: number): string {
	const rest = news.length - shown;
	if (rest <= 0) return '';
	return `${count(rest, 'more problem')} ${rest === 1 ? 'is' : 'are'} not shown: \`spillway validate\` lists all.`;
}

/** Warnings give way to what has to be mended. */
function pickShown(news: readonly NewProblem[]): readonly NewProblem[] {
	const errors = news.filter(({ problem }) => !isWarning(problem));
	return [...errors, ...news.filter(({ problem }) => isWarning(problem))].slice(0, maxShown);
}

function writeLine(problem: Problem): string {
	return `- ${sanitizeName(formatWhere(problem.where), pathLength)}: ${writeProblem(problem)}`;
}

/** On one line, so that it can stand in a list. */
function writeProblem({ code, message, got, expected, remedy }: Problem): string {
	const facts = [got === undefined ? '' : `got ${got}`, expected === undefined ? '' : `expected ${expected}`];
	const bracket = facts.filter(Boolean).join('; ');
	const said = endSentence(
		sanitizeSentence(bracket === '' ? message : `${message} (${bracket})`, sentenceLength),
	);
	return `**${code}** ${said} To mend it: ${endSentence(sanitizeSentence(remedy, sentenceLength))}`;
}
