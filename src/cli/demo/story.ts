import type { Move } from '../../model/decision.ts';
import type { Via } from '../../model/policy.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import type { Instant, Milliseconds } from '../../model/time.ts';
import type { Weights } from '../../model/weights.ts';
import { systemClock } from '../system-clock.ts';
import type { LogLine } from './spillway-process.ts';
import { isAt, type Stage, withDeadline } from './stage.ts';
import { deliverDirectly, readWorkshop, workshop } from './workshop.ts';

/** What one move took, counted from the scale command. */
export interface Measurement {
	readonly via: Via;
	readonly move: Move;
	/** Until its commit was on `main`. */
	readonly pushed?: Milliseconds;
	/** Until the live object carried the weights. */
	readonly live: Milliseconds;
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
	const { timeline } = stage;
	timeline.heading('Direct: Spillway patches the cluster. A syncer would revert that: none runs.');
	const direct = await playActs(stage, 'Direct');
	timeline.heading('Commit: Spillway commits to Git, and a syncer applies what is there.');
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
	const pushed = via === 'Commit' ? { pushed: await awaitCommit(stage, since) } : {};
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
	if (via === 'Direct') await tellWhy(stage, since);
	return { via, move, ...pushed, live: live.at - since };
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

async function awaitCommit(stage: Stage, since: Instant): Promise<Milliseconds> {
	const { timeline, repository, lifetime } = stage;
	const { value: commit, at } = await timeline.step(
		'Spillway has pushed a commit to main',
		() => repository.tips.find(since, () => true, withDeadline(lifetime)),
		since,
	);
	await tellWhy(stage, since);
	await showCommit(stage, commit);
	return at - since;
}

async function tellWhy({ timeline, spillway, lifetime }: Stage, since: Instant): Promise<void> {
	const { value } = await spillway.lines.find(since, hasMessage('decided'), withDeadline(lifetime));
	timeline.quote('Spillway', value.reasons);
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
