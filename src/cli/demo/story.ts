import type { Move } from '../../model/move.ts';
import type { Via } from '../../model/policy.ts';
import type { Instant, Milliseconds } from '../../model/time.ts';
import type { Weights } from '../../model/weights.ts';
import { systemClock } from '../system-clock.ts';
import { awaitCommit, awaitSync, switchDelivery } from './commit-steps.ts';
import { awaitActedDecision, awaitCalmDecision, awaitDecision, awaitRecovery } from './decision-steps.ts';
import { awaitApplied, awaitReview } from './review-steps.ts';
import { hasMessage } from './spillway-process.ts';
import { isAt, type Stage, withDeadline } from './stage.ts';
import { workshop } from './workshop.ts';

/** What one move took, counted from the scale command. */
export interface Measurement {
	readonly via: Via;
	readonly move: Move;
	/** Until Spillway had decided. */
	readonly decided: Milliseconds;
	/** Until its pull request was open. */
	readonly asked?: Milliseconds;
	/** Until its commit, or the merge of it, was on `main`. */
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

/** Plays the workshop's failure with all ways of delivery. */
export async function playStory(stage: Stage): Promise<readonly Measurement[]> {
	const { timeline, clusters, repository } = stage;
	timeline.heading('Direct: Spillway patches the cluster. No syncer is at work: it would undo that.');
	const direct = await playActs(stage, 'Direct');
	timeline.heading(`Commit: Spillway commits to Git, and ${clusters.syncer} applies it.`);
	await switchDelivery(stage, 'Direct', 'Commit');
	clusters.sync(repository);
	const committed = await playActs(stage, 'Commit');
	timeline.heading('PullRequest: Spillway asks, a person merges, and Flux applies it.');
	await switchDelivery(stage, 'Commit', 'PullRequest');
	return [...direct, ...committed, ...(await playActs(stage, 'PullRequest'))];
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
	const { timeline, clusters } = stage;
	const { move, replicas } = act;
	const { namespace, deployment } = workshop;
	timeline.command(
		`kubectl --context east -n ${namespace} scale deployment ${deployment} --replicas=${replicas}`,
	);
	const since = systemClock.now();
	await clusters.scaleEmoji(replicas);
	if (move === 'failback') await awaitRecovery(stage, since);
	switch (via) {
		case 'Direct':
			return await playDirect(stage, act, since);
		case 'Commit':
			return await playCommit(stage, act, since);
		case 'PullRequest':
			return await playPullRequest(stage, act, since);
	}
}

async function playDirect(stage: Stage, act: Act, since: Instant): Promise<Measurement> {
	const decided = await awaitActedDecision(stage, since);
	const live = await awaitLive(stage, act, since);
	return { via: 'Direct', move: act.move, decided: decided - since, live: live - since };
}

async function playCommit(stage: Stage, act: Act, since: Instant): Promise<Measurement> {
	const { move } = act;
	const isCalm = move === 'failback';
	const decided = await (isCalm
		? awaitCalmDecision(stage, since, 'commit')
		: awaitActedDecision(stage, since));
	const pushed = await awaitCommit(stage, since);
	const live = await awaitLive(stage, act, since);
	const synced = await awaitSync(stage, pushed.value, since);
	return {
		...{ via: 'Commit', move, decided: decided - since, pushed: pushed.at - since },
		...{ live: live - since, synced: synced - since },
	};
}

async function playPullRequest(stage: Stage, act: Act, since: Instant): Promise<Measurement> {
	const { move } = act;
	const isCalm = move === 'failback';
	const decided = await (isCalm
		? awaitCalmDecision(stage, since, 'pull request')
		: awaitDecision(stage, since));
	const { pull, asked, merged } = await awaitReview(stage, since);
	const live = await awaitLive(stage, act, since);
	const synced = await awaitSync(stage, merged.value, since);
	await awaitApplied(stage, pull, since);
	return {
		...{ via: 'PullRequest', move, decided: decided - since, asked: asked - since },
		...{ pushed: merged.at - since, live: live - since, synced: synced - since },
	};
}

async function awaitLive(stage: Stage, { weights, outcome }: Act, since: Instant): Promise<Instant> {
	const { timeline, clusters, spillway, lifetime } = stage;
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
	return live.at;
}
