// Plays a scenario on the virtual clock and compares what is seen with what its steps expect.
import type { Notice } from '../../model/notice.ts';
import { formatDuration } from '../../model/time.ts';
import type { ObjectKey } from '../kubernetes/object-store.ts';
import { createVirtualClock } from '../virtual-clock.ts';
import { kustomizationKey } from '../world/flux-status.ts';
import { compareWithRecord } from './expectation.ts';
import { controlledBy, namespace } from './manifests.ts';
import { actOnPulls, protectBranch } from './pull-acts.ts';
import { createRecord } from './record.ts';
import type { Scenario, StagedFault, Step } from './scenario.ts';
import { clusterOf, fluxName, type Stage, setStage } from './stage.ts';

/** Runs the loop on a stage until aborted, and tells what it says. */
export type RunSpillway = (
	stage: Stage,
	onNotice: (notice: Notice) => void,
	signal: AbortSignal,
) => Promise<void>;

/** Returns what did not come out as expected, one sentence each, in order. */
export async function playScenario(scenario: Scenario, run: RunSpillway): Promise<readonly string[]> {
	const clock = createVirtualClock();
	const begin = clock.now();
	const ending = new AbortController();
	const stage = await setStage(scenario, clock, ending.signal);
	const record = createRecord(stage);
	const spillway = createActor((signal) => run(stage, record.note, signal));
	await clock.advance(0);
	record.begin();
	spillway.start();
	const surprises: string[] = [];
	for (const step of scenario.timeline) {
		await clock.advance(begin + step.at - clock.now());
		const found = step.expect === undefined ? [] : compareWithRecord(step.expect, record, stage.forge);
		surprises.push(...found.map((sentence) => `at ${formatDuration(step.at)}: ${sentence}`));
		if (step.restart) await spillway.restart();
		act(step, stage, ending.signal);
		surprises.push(
			...(await actOnForge(step, stage)).map((sentence) => `at ${formatDuration(step.at)}: ${sentence}`),
		);
	}
	surprises.push(...record.violations());
	ending.abort();
	await spillway.stop();
	return surprises;
}

/** Spillway's process: killed and started like one. */
interface Actor {
	start(): void;
	restart(): Promise<void>;
	stop(): Promise<void>;
}

function createActor(run: (signal: AbortSignal) => Promise<void>): Actor {
	let life = new AbortController();
	let running = Promise.resolve();
	const start = (): void => {
		life = new AbortController();
		running = run(life.signal);
	};
	const stop = async (): Promise<void> => {
		life.abort();
		await running;
	};
	return {
		start,
		stop,
		async restart() {
			await stop();
			start();
		},
	};
}

function act(step: Step, stage: Stage, signal: AbortSignal): void {
	const { scale = {}, fault = {}, set = {}, remove = [], commit, repository } = step;
	for (const [place, replicas] of Object.entries(scale)) {
		const { store, key } = locate(stage, place, { group: 'apps', plural: 'deployments' });
		store.patch(key, mergePatch, { spec: { replicas } });
	}
	for (const [name, staged] of Object.entries(fault)) strike(stage, name, staged, signal);
	for (const [place, weights] of Object.entries(set)) {
		const { store, key } = locate(stage, place, splitType);
		const backends = Object.entries(weights).map(([service, weight]) => ({ service, weight }));
		store.patch(key, mergePatch, { spec: { backends } });
	}
	for (const place of remove) {
		const { store, key } = locate(stage, place, { group: '', plural: 'services' });
		store.delete(key);
	}
	if (commit !== undefined) stage.repository.commitDirectly(commit, 'a commit by somebody else');
	if (repository !== undefined) stage.repository.faults.inject(repository);
	actOnOthers(step, stage);
}

/** Returns what the forge refused, one sentence each. */
async function actOnForge({ pulls = [], forge, protect }: Step, stage: Stage): Promise<readonly string[]> {
	const { core } = stage.forge;
	if (forge !== undefined) core.faults.inject(forge);
	if (protect !== undefined) await protectBranch(stage.forge, protect);
	return await actOnPulls(stage, pulls);
}

/** On those who work beside Spillway. */
function actOnOthers(step: Step, stage: Stage): void {
	const { gateway = {}, adaptor = {}, flux = {}, stopMirrors = [], label = {}, leads } = step;
	for (const [name, state] of Object.entries(gateway)) clusterOf(stage, name).gateway.set(state === 'up');
	for (const [name, what] of Object.entries(adaptor)) {
		const { stall, resume } = clusterOf(stage, name).adaptor;
		(what === 'stalls' ? stall : resume)();
	}
	for (const [name, what] of Object.entries(flux)) {
		const suspended = { spec: { suspend: what === 'suspend' } };
		clusterOf(stage, name).store.patch(kustomizationKey(fluxName), mergePatch, suspended);
	}
	for (const place of stopMirrors) {
		const [name = '', remote = ''] = place.split('/');
		const mirror = clusterOf(stage, name).mirrors.get(remote);
		if (mirror === undefined) throw new RangeError(`the scenario has no mirror ${place}`);
		mirror.abort();
	}
	for (const [place, controller] of Object.entries(label)) {
		const { store, key } = locate(stage, place, splitType);
		store.patch(key, mergePatch, { metadata: { labels: { [controlledBy]: controller } } });
	}
	if (leads !== undefined) stage.leadership.set(leads);
}

function strike(stage: Stage, name: string, staged: StagedFault, signal: AbortSignal): void {
	const { faults } = clusterOf(stage, name).api;
	if (!('for' in staged)) {
		faults.inject(staged);
		return;
	}
	const lift = faults.inject({ kind: staged.kind });
	void stage.clock.sleep(staged.for, signal).then(lift, () => undefined);
}

const mergePatch = 'application/merge-patch+json';
const splitType = { group: 'split.smi-spec.io', plural: 'trafficsplits' };

function locate(stage: Stage, place: string, type: Pick<ObjectKey, 'group' | 'plural'>) {
	const [cluster = '', name = ''] = place.split('/');
	return { store: clusterOf(stage, cluster).store, key: { ...type, namespace, name } };
}
