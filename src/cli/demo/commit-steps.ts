// The way of a commit: `main`, Flux, the live objects.
import type { Via } from '../../model/policy.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import type { Instant } from '../../model/time.ts';
import { systemClock } from '../system-clock.ts';
import type { Sighting } from './sightings.ts';
import type { LogLine } from './spillway-process.ts';
import { type Stage, withDeadline } from './stage.ts';
import { deliverBy, readWorkshop } from './workshop.ts';

/** Spillway's own. */
export async function awaitCommit(stage: Stage, since: Instant): Promise<Sighting<CommitId>> {
	const { timeline, repository, lifetime } = stage;
	const pushed = await timeline.step(
		'Spillway has pushed a commit to main',
		() => repository.tips.find(since, () => true, withDeadline(lifetime)),
		since,
	);
	await showCommit(stage, pushed.value);
	await awaitRequest(stage, since, pushed.at);
	return pushed;
}

/** `main` has the commit since `pushed`. */
export async function awaitRequest(
	{ timeline, clusters, lifetime }: Stage,
	since: Instant,
	pushed: Instant,
): Promise<void> {
	await timeline.step(
		'Spillway has told Flux of it (reconcile.fluxcd.io/requestedAt)',
		async () => {
			const { value, at } = await clusters.asked.find(since, () => true, withDeadline(lifetime));
			// The branch is looked at every few milliseconds only.
			return { value, at: Math.max(at, pushed) };
		},
		since,
	);
}

export async function awaitSync(
	{ timeline, clusters, lifetime }: Stage,
	pushed: CommitId,
	since: Instant,
): Promise<Instant> {
	const { at } = await timeline.step(
		`${clusters.syncer} reports the commit as applied: synced`,
		() => clusters.synced.find(since, (commit) => commit === pushed, withDeadline(lifetime)),
		since,
	);
	return at;
}

/** A person's commit: the switch is made in Git as well. */
export async function switchDelivery(stage: Stage, from: Via, to: Via): Promise<void> {
	const { timeline, repository, spillway, lifetime } = stage;
	const files = await readWorkshop();
	const before = deliverBy(files, from);
	const changed = new Map([...deliverBy(files, to)].filter(([path, text]) => text !== before.get(path)));
	const message = messages[to];
	timeline.command(`git commit -m '${message}' ${[...changed.keys()].join(' ')} && git push`);
	const since = systemClock.now();
	const commit = await repository.push(changed, message);
	await showCommit(stage, commit);
	const isInForce = (line: LogLine): boolean =>
		line.message === 'policies in force' && line.commit === commit;
	await timeline.step(
		'Spillway has read the commit and put it in force',
		() => spillway.lines.find(since, isInForce, withDeadline(lifetime)),
		since,
	);
}

const messages: Readonly<Record<Via, string>> = {
	Direct: 'Deliver directly',
	Commit: 'Deliver by commit',
	PullRequest: 'Deliver by pull request',
};

/** Of a merge only what it says: its diff was in the pull request. */
export async function showCommit({ timeline, repository }: Stage, commit: CommitId): Promise<void> {
	const { subject, diff } = await repository.show(commit);
	timeline.note(subject, 'yellow');
	for (const line of diff) {
		if (line.startsWith('+++ b/')) timeline.line(line.slice('+++ b/'.length), 'bold');
		else if (line.startsWith('+')) timeline.line(line, 'green');
		else if (/^-(?!-- )/.test(line)) timeline.line(line, 'red');
		else if (line.startsWith(' ')) timeline.line(line, 'dim');
	}
}
