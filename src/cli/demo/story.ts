import { calmHold } from '../../deliver/calm-window.ts';
import type { Move } from '../../model/decision.ts';
import type { Via } from '../../model/policy.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import { formatDuration, type Instant, type Milliseconds } from '../../model/time.ts';
import type { Weights } from '../../model/weights.ts';
import { systemClock } from '../system-clock.ts';
import type { Sighting } from './sightings.ts';
import type { LogLine } from './spillway-process.ts';
import { isAt, type Stage, withDeadline } from './stage.ts';
import { deliverDirectly, readWorkshop, workshop } from './workshop.ts';

/** What one move took, counted from the scale command. */
export interface Measurement {
	readonly via: Via;
	readonly move: Move;
	/** Until Spillway had decided. */
	readonly decided: Milliseconds;
	/** Until its commit was on `main`. */
	readonly pushed?: Milliseconds;
	/** Until the live object carried the weights. */
	readonly live: Milliseconds;
	/** Until the syncer reported the commit as applied: after all of its folder, so later than `live`. */
	readonly synced?: Milliseconds;
}

interface Act {
	readonly move: Move;
	readonly replicas: number;
	readonly weights: Weights;
	readonly outcome: string;
}

const acts: readonly Act[] = [
	{ move: 'failover', replicas: 0, weights: workshop.failedOver, outcome: 'the traffic goes to west' },
	{ move: 'failback', replicas: 1, weights: workshop.baseline, outcome: 'the traffic is back in east' },
];

/** Between two acts, so that people can follow. */
const breath: Milliseconds = 700;

/** Plays the workshop's failure with both ways of delivery. */
export async function playStory(stage: Stage): Promise<readonly Measurement[]> {
	const { timeline, clusters } = stage;
	timeline.heading('Direct: Spillway patches the cluster. No syncer is at work: it would undo that.');
	const direct = await playActs(stage, 'Direct');
	timeline.heading(`Commit: Spillway commits to Git, and ${clusters.syncer} applies it.`);
	await switchToCommit(stage);
	return [...direct, ...(await playActs(stage, 'Commit'))];
}

async function playActs(stage: Stage, via: Via): Promise<readonly Measurement[]> {
	const measured: Measurement[] = [];
	for (const act of acts) {
		await systemClock.sleep(breath, stage.lifetime.signal);
		measured.push(await playAct(stage, via, act));
	}
	return measured;
}

async function playAct(stage: Stage, via: Via, act: Act): Promise<Measurement> {
	const { timeline, clusters, spillway, lifetime } = stage;
	const { move, replicas, weights, outcome } = act;
	const { namespace, deployment } = workshop;
	timeline.command(
		`kubectl --context east -n ${namespace} scale deployment ${deployment} --replicas=${replicas}`,
	);
	const since = systemClock.now();
	await clusters.scaleEmoji(replicas);
	if (move === 'failback') await awaitRecovery(stage, since);
	const waits = via === 'Commit' && move === 'failback';
	const decided = await (waits ? awaitCalmDecision(stage, since) : awaitDecision(stage, since));
	const pushed = via === 'Commit' ? await awaitCommit(stage, since) : undefined;
	const live = await timeline.step(
		`live weights are ${[...weights.values()].join('/')}: ${outcome}`,
		() => clusters.weights.find(since, isAt(weights), withDeadline(lifetime)),
		since,
	);
	await timeline.step(
		"so does linkerd-smi's ServiceProfile, which Linkerd's proxies route by: converged",
		async () => {
			const signal = withDeadline(lifetime);
			const sighting = await clusters.routed.find(since, isAt(weights), signal);
			await spillway.lines.find(since, hasMessage('converged'), signal);
			return sighting;
		},
		since,
	);
	const measured = { via, move, decided: decided - since, live: live.at - since };
	if (pushed === undefined) return measured;
	const synced = await awaitSync(stage, pushed.value, since);
	return { ...measured, pushed: pushed.at - since, synced: synced - since };
}

async function awaitRecovery({ timeline, spillway, lifetime }: Stage, since: Instant): Promise<void> {
	const isWait = (reason: string): boolean => reason.includes('failback.after');
	const waits = ({ message, reasons }: LogLine): boolean => message === 'holding' && reasons.some(isWait);
	const { value } = await timeline.step(
		'emoji is ready again, but Spillway does not trust it yet',
		() => spillway.lines.find(since, waits, withDeadline(lifetime)),
		since,
	);
	timeline.quote('Spillway', value.reasons.filter(isWait));
}

/** Tells why as well. Spillway says when it was once it has acted on it. */
async function awaitDecision({ timeline, spillway, lifetime }: Stage, since: Instant): Promise<Instant> {
	const hasActed = ({ message }: LogLine): boolean => message === 'delivered' || message === 'converged';
	const signal = withDeadline(lifetime);
	const decided = await timeline.step(
		'Spillway has decided',
		async () => {
			const { value, at } = await spillway.lines.find(since, hasActed, signal);
			return { value, at: at - (value.ms ?? 0) };
		},
		since,
	);
	const { value } = await spillway.lines.find(since, hasMessage('decided'), signal);
	timeline.quote('Spillway', value.reasons);
	return decided.at;
}

/** A failback by commit is decided long before Spillway acts on it. */
async function awaitCalmDecision({ timeline, spillway, lifetime }: Stage, since: Instant): Promise<Instant> {
	const { value, at } = await timeline.step(
		'Spillway has decided',
		() => spillway.lines.find(since, hasMessage('decided'), withDeadline(lifetime)),
		since,
	);
	timeline.quote('Spillway', value.reasons);
	const hold = formatDuration(calmHold);
	timeline.line(`a failback has time: its commit waits ${hold} for others to join`, 'dim');
	return at;
}

async function awaitCommit(stage: Stage, since: Instant): Promise<Sighting<CommitId>> {
	const { timeline, repository, clusters, lifetime } = stage;
	const pushed = await timeline.step(
		'Spillway has pushed a commit to main',
		() => repository.tips.find(since, () => true, withDeadline(lifetime)),
		since,
	);
	await showCommit(stage, pushed.value);
	await timeline.step(
		'Spillway has told Flux of it (reconcile.fluxcd.io/requestedAt)',
		async () => {
			const { value, at } = await clusters.asked.find(since, () => true, withDeadline(lifetime));
			// The branch is looked at every few milliseconds only.
			return { value, at: Math.max(at, pushed.at) };
		},
		since,
	);
	return pushed;
}

async function awaitSync(
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
async function switchToCommit(stage: Stage): Promise<void> {
	const { timeline, repository, clusters, spillway, lifetime } = stage;
	const files = await readWorkshop();
	const before = deliverDirectly(files);
	const changed = new Map([...files].filter(([path, text]) => text !== before.get(path)));
	const message = 'Deliver by commit';
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
	clusters.sync(repository);
}

async function showCommit({ timeline, repository }: Stage, commit: CommitId): Promise<void> {
	const { subject, diff } = await repository.show(commit);
	timeline.line(subject, 'yellow');
	for (const line of diff) {
		if (line.startsWith('+++ b/')) timeline.line(line.slice('+++ b/'.length), 'bold');
		else if (line.startsWith('+')) timeline.line(line, 'green');
		else if (/^-(?!-- )/.test(line)) timeline.line(line, 'red');
		else if (line.startsWith(' ')) timeline.line(line, 'dim');
	}
}

function hasMessage(message: string): (line: LogLine) => boolean {
	return (line) => line.message === message;
}
