// A service that comes and goes for a day, its only fallback beside it, and people who are asked.
import type { StoredPull } from '../../src/simulator/forge/records.ts';
import { parseScenario } from '../../src/simulator/scenario/parse-scenario.ts';
import { playScenario } from '../../src/simulator/scenario/play-scenario.ts';
import type { Scenario, Step } from '../../src/simulator/scenario/scenario.ts';
import type { Stage } from '../../src/simulator/scenario/stage.ts';
import { runStaged } from './staged-spillway.ts';

export interface Flapping {
	/** How long it is away, and how long it is there, in ms. */
	readonly every: number;
	readonly webhooks: boolean;
	/** For how long, in ms; default: a day. */
	readonly span?: number;
	/** Ada merges what is open this often. */
	readonly merges?: number;
}

export interface FlappingDay {
	/** What did not come out as expected. */
	readonly surprises: readonly string[];
	/** All pull requests as they were in the end, the oldest first. */
	readonly pulls: readonly StoredPull[];
	/** The most that were open at once. */
	readonly mostOpen: number;
	/** Pull requests, comments and reviews that Spillway made. */
	readonly creations: number;
	readonly weights: readonly unknown[];
	/** How often traffic was to move. */
	readonly decisions: number;
}

const hour = 3_600_000;
const day = 24 * hour;

const base = parseScenario(`
title: a service that comes and goes
clusters:
  east:
    services: {emoji: 1, spare: 1}
    splits: {emoji: {emoji: 1, spare: 0}}
    syncEvery: 1m
policies:
  emoji:
    target: {cluster: east, name: emoji}
    backends: [{service: emoji}, {service: spare, tier: 1}]
    failover: {via: PullRequest}
    failback: {via: PullRequest, after: 10s}
timeline: [{at: 1s}]
`);

/** Plays it, and six calm hours after it. */
export async function playFlapping({ every, webhooks, span = day, merges }: Flapping): Promise<FlappingDay> {
	const scenario: Scenario = { ...base, webhooks, timeline: composeTimeline(every, span) };
	const seen = { mostOpen: 0, decisions: 0 };
	let stage: Stage | undefined;
	const surprises = await playScenario(scenario, async (set, onNotice, signal) => {
		stage = set;
		set.forge.core.subscribe(() => {
			seen.mostOpen = Math.max(seen.mostOpen, listPulls(set).filter(isOpen).length);
		});
		if (merges !== undefined) void mergeEvery(merges, set, signal);
		await runStaged(
			set,
			(notice) => {
				if (notice.kind === 'decided') seen.decisions += 1;
				onNotice(notice);
			},
			signal,
		);
	});
	if (stage === undefined) throw new Error('nothing was played');
	const creations = stage.forge.port.counts().creations;
	return { surprises, pulls: listPulls(stage), creations, weights: readWeights(stage), ...seen };
}

function composeTimeline(every: number, span: number): readonly Step[] {
	const flaps = Math.floor(span / (2 * every));
	const steps = Array.from({ length: 2 * flaps }, (_, index): Step => {
		return { at: (index + 1) * every, scale: { 'east/emoji': index % 2 } };
	});
	return [...steps, { at: span + 6 * hour }];
}

/** What is not open any more by then is left to the next time. */
async function mergeEvery(span: number, stage: Stage, signal: AbortSignal): Promise<void> {
	const { hosted } = stage.forge;
	while (!signal.aborted) {
		await stage.clock.sleep(span, signal).catch(() => undefined);
		for (const { number } of listPulls(stage).filter(isOpen)) {
			await hosted.merge('ada', number, { style: 'squash', deleteBranch: false });
		}
	}
}

function listPulls({ forge }: Stage): readonly StoredPull[] {
	return [...forge.hosted.state.pulls.values()];
}

function isOpen({ state }: StoredPull): boolean {
	return state === 'open';
}

function readWeights({ clusters }: Stage): readonly unknown[] {
	const splits = { group: 'split.smi-spec.io', plural: 'trafficsplits' };
	const [split] = clusters.get('east')?.store.list(splits).items ?? [];
	const { backends = [] } = (split?.['spec'] ?? {}) as { backends?: readonly { readonly weight: unknown }[] };
	return backends.map(({ weight }) => weight);
}
