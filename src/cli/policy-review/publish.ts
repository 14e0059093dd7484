// Tells people: one review for each set of problems, and one comment, edited in place.
import type { PullRequest } from '../../model/ports/forge.ts';
import { ForgeError } from '../../model/ports/forge.ts';
import { findOwnComment, formatNote, type OwnComment } from './note.ts';
import { type PlanReading, writePlan } from './plan-text.ts';
import type { ChangeReading } from './read-change.ts';
import { countProblems, digestProblems, listProblems, tellOld, writeReview } from './review-text.ts';
import type { Look } from './session.ts';

/** A review whose answer is lost, or that was refused, is sent once more at most. */
const maxReviews = 2;

export interface Told {
	readonly pull: PullRequest;
	readonly reading: ChangeReading;
	readonly plan: PlanReading;
}

/** Says all but the status, which comes last: it is what tells that a head was judged. Throws ForgeError. */
export async function publish(look: Look, { pull, reading, plan }: Told, signal: AbortSignal): Promise<void> {
	const { forge } = look.parts;
	const own = await readOwnComment(look, pull, signal);
	const digest = digestProblems(reading.news);
	const isNews = digest !== '' && digest !== own?.note.problems;
	const isReviewed = isNews ? await review(look, { pull, reading }, signal) : true;
	// To strangers there is nothing to say beside what is wrong.
	if (own === undefined && digest === '' && plan.kind === 'withheld') return;
	const body = writeComment(look, { pull, reading, plan }, { digest, isReviewed });
	if (own === undefined) await forge.comment(pull.number, body, signal);
	else await editComment(look, pull, { own, body }, signal);
}

/** A comment that is there no longer says what is not so any more. */
export async function withdraw(look: Look, pull: PullRequest, signal: AbortSignal): Promise<void> {
	const own = await readOwnComment(look, pull, signal);
	if (own === undefined) return;
	const body = `${formatNote({ problems: '' })}\n\nThis pull request changes no policies any more.`;
	await editComment(look, pull, { own, body }, signal);
}

async function readOwnComment(
	{ parts: { forge } }: Look,
	{ number }: PullRequest,
	signal: AbortSignal,
): Promise<OwnComment | undefined> {
	const comments = await forge.comments(number, signal);
	if (comments.length === 0) return undefined;
	const { login } = await forge.identity(signal);
	return findOwnComment(comments, login);
}

async function editComment(
	{ parts: { forge } }: Look,
	{ number }: PullRequest,
	{ own, body }: { readonly own: OwnComment; readonly body: string },
	signal: AbortSignal,
): Promise<void> {
	if (own.body.replaceAll('\r\n', '\n').trim() === body.trim()) return;
	await forge.editComment(number, own.id, body, signal);
}

/** False where it is not known to have arrived, and is not tried again. */
async function review(
	{ parts: { forge }, state }: Look,
	{ pull, reading }: Pick<Told, 'pull' | 'reading'>,
	signal: AbortSignal,
): Promise<boolean> {
	if (state.reviews >= maxReviews) return false;
	try {
		const text = writeReview(reading);
		await forge.review(pull.number, { commit: state.head, ...text }, signal);
		return true;
	} catch (error) {
		// A call that never came to the forge is none.
		const isSent = error instanceof ForgeError && (error.isLost || error.retry !== 'soon');
		if (isSent) state.reviews += 1;
		throw error;
	}
}

function writeComment(
	{ state: { head } }: Look,
	{ reading, plan }: Told,
	{ digest, isReviewed }: { readonly digest: string; readonly isReviewed: boolean },
): string {
	const { news, old, removed } = reading;
	const problems =
		news.length === 0
			? []
			: [
					`**${countProblems(news)}**${isReviewed ? ', told in the review.' : ':'}`,
					isReviewed ? '' : listProblems(news),
					[tellOld(old), 'What is wrong stays as it is on the base branch.'].filter(Boolean).join(' '),
				];
	const parts = [formatNote({ problems: digest }), ...problems, writePlan(plan, { head, removed })];
	return parts.filter(Boolean).join('\n\n');
}
