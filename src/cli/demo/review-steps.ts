// A move that a person has to say yes to.
import type { CommitId } from '../../model/ports/repository.ts';
import type { Instant, Milliseconds } from '../../model/time.ts';
import { systemClock } from '../system-clock.ts';
import { awaitRequest, showCommit } from './commit-steps.ts';
import { mergePath, type PullRequest } from './reviews.ts';
import type { Sighting } from './sightings.ts';
import { hasMessage } from './spillway-process.ts';
import { type Stage, withDeadline } from './stage.ts';

/** As long as the person of the story reads. */
const readingTime: Milliseconds = 1_500;

export interface Review {
	readonly pull: PullRequest;
	/** When the pull request was there. */
	readonly asked: Instant;
	/** The merge on `main`. */
	readonly merged: Sighting<CommitId>;
}

/** Shows what is asked for; the person of the story reads it, and merges. */
export async function awaitReview(stage: Stage, since: Instant): Promise<Review> {
	const { pull, asked } = await awaitPullRequest(stage, since);
	await systemClock.sleep(readingTime, stage.lifetime.signal);
	const merged = await merge(stage, pull, since);
	await showCommit(stage, merged.value);
	await awaitRequest(stage, since, merged.at);
	return { pull, asked, merged };
}

async function awaitPullRequest(
	{ timeline, spillway, reviews, lifetime }: Stage,
	since: Instant,
): Promise<{ readonly pull: PullRequest; readonly asked: Instant }> {
	const signal = withDeadline(lifetime);
	const { value: pull, at: asked } = await timeline.step(
		'Spillway has opened a pull request; nothing moves until it is merged',
		async () => {
			const { value, at } = await spillway.lines.find(since, hasMessage('pull request opened'), signal);
			return { value: await reviews.read(value.number ?? 0, signal), at };
		},
		since,
	);
	timeline.note(`#${pull.number} ${pull.title}`, 'yellow');
	timeline.line(pull.url, 'bold');
	timeline.document(`${readTop(pull.body)}\n\nIts page has the rest: boxes to tick, commands, links.`);
	return { pull, asked };
}

/** What people read first, and the titles of what is folded. */
function readTop(body: string): string {
	const fold = '</details>';
	const end = body.lastIndexOf(fold);
	return end === -1 ? body : body.slice(0, end + fold.length);
}

async function merge(
	{ timeline, repository, reviews, lifetime }: Stage,
	pull: PullRequest,
	since: Instant,
): Promise<Sighting<CommitId>> {
	const { apiUrl, person } = repository.forge;
	const signal = withDeadline(lifetime);
	const path = new URL(apiUrl).pathname + mergePath(pull.number);
	timeline.deed(`${person.login} merges #${pull.number}: POST ${path}`);
	const start = systemClock.now();
	return await timeline.step(
		'main has the merge',
		async () => {
			await reviews.merge(pull, signal);
			return await repository.tips.find(start, () => true, signal);
		},
		since,
	);
}

/** What the pull request's page says of it from then on. */
export async function awaitApplied(
	{ timeline, reviews, lifetime }: Stage,
	pull: PullRequest,
	since: Instant,
): Promise<void> {
	const context = 'spillway/applied';
	const { value } = await timeline.step(
		`Spillway has set the commit status ${context} on #${pull.number}`,
		() => reviews.untilGreen(pull.head, context, withDeadline(lifetime)),
		since,
	);
	timeline.quote(context, [value]);
}
