// Spillway's pull requests by themselves in a process: the mirror, the forge's adapter and the keeper as `spillway run`
// has them, without a reconciler.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { keepHeapSmall } from '../../src/cli/small-heap.ts';
import { systemClock } from '../../src/cli/system-clock.ts';
import { createEditSource } from '../../src/deliver/edit-source.ts';
import { createPullRequests, type PullRequestKeeper } from '../../src/deliver/pull-request/pull-requests.ts';
import { createGiteaForge } from '../../src/forge/gitea/gitea-forge.ts';
import type { HttpFetch } from '../../src/forge/http/fetch.ts';
import { createProxiedFetch } from '../../src/forge/proxied-fetch.ts';
import { type MirrorRepository, openRepository } from '../../src/git/mirror.ts';
import type { PullRequestChange } from '../../src/model/change.ts';
import { defaultPullRequests } from '../../src/model/policy.ts';
import type { Branches, Repository } from '../../src/model/ports/repository.ts';
import type { PullRequestGroup, PullRequestNews } from '../../src/model/pull-request.ts';
import { manifestEditor } from '../../src/plan/manifest-editor.ts';
import { createPullRequestText } from '../../src/plan/pull-request/text.ts';
import { anEvidence, aPullRequestChange } from '../support/pull-request-samples.ts';
import { author, composeFlip, type RepositoryShape } from './git-dataset.ts';
import { answerCalls } from './process-calls.ts';
import type { ForgeAccess } from './pull-requests-forge-process.ts';
import { watchStalls } from './stalls.ts';

export interface PullRequestEngineSetup {
	readonly forge: ForgeAccess;
	readonly shape: RepositoryShape;
	/** Where git is found. */
	readonly path: string | undefined;
}

/** A pull request of its own for some of the splits. */
export interface Asking {
	readonly group: string;
	readonly splits: readonly number[];
}

/** In ms since the decision. */
export interface AskTimes {
	/** Until the pull request was open. */
	readonly opened: number;
	/** Until its labels, page and statuses were as they are to be. */
	readonly settled: number;
	/** Of the first, spent in requests to the API, in fetches, and in commits and pushes. */
	readonly api: number;
	readonly fetch: number;
	readonly push: number;
	/** Requests until it was open, and all of them. */
	readonly callsToOpen: number;
	readonly calls: number;
	/** The longest of the event loop. */
	readonly stall: number;
}

interface Engine {
	readonly keeper: PullRequestKeeper;
	readonly running: Promise<void>;
	readonly shape: RepositoryShape;
}

keepHeapSmall();

const stop = new AbortController();
const { signal } = stop;
const readStalls = watchStalls();
const folder = await mkdtemp(join(tmpdir(), 'spillway-bench-'));
const spent = { api: 0, fetch: 0, push: 0, calls: 0 };
const asked = new Map<string, readonly PullRequestChange[]>();
const listeners = new Set<(news: PullRequestNews | undefined) => void>();
let engine: Engine | undefined;

answerCalls({ open, ask, withdraw, peakRss }, async () => {
	stop.abort();
	await engine?.running;
	await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

async function open({ forge: access, shape, path }: PullRequestEngineSetup): Promise<void> {
	const { origin, owner, name, user: username, token } = access;
	const credentials = {
		read: () => Promise.resolve({ place: 'the bench', values: { username, password: token } }),
	};
	const mirror = await openRepository(
		{
			url: `${origin}/${owner}/${name}.git`,
			...{ branch: 'main', folder: join(folder, 'mirror.git'), allowInsecure: true, credentials },
			environment: { PATH: path },
		},
		signal,
	);
	await mirror.refresh(signal);
	const repository = timed(mirror);
	const forge = createGiteaForge({
		...{ apiUrl: `${origin}/api/v1`, webUrl: `${origin}/${owner}/${name}`, owner, name },
		tokens: { token: () => Promise.resolve(token) },
		...{ fetch: timedFetch, clock: systemClock, random: Math.random, pacing: 0 },
	});
	const keeper = createPullRequests({
		...{ repository, forge, editor: manifestEditor, text: createPullRequestText(), clock: systemClock },
		edits: createEditSource({ repository, editor: manifestEditor, clock: systemClock }),
		...{ random: Math.random, author, leads: () => true },
		commits: () => ({}),
		settings: () => ({ ...defaultPullRequests, maxOpen: 1_000, maxPerHour: 1_000 }),
		wake: () => tell(undefined),
		onNews: tell,
	});
	engine = { keeper, shape, running: keeper.run(signal).catch(() => undefined) };
}

/** Asks for all of it at once, as decided this moment. */
async function ask({ group: name, splits }: Asking): Promise<AskTimes> {
	const { keeper, shape } = current();
	const group: PullRequestGroup = { move: 'failover', name };
	const written = splits.map((split) => compose(shape, { split, group, decidedAt: systemClock.now() }));
	// To make them up is no part of it.
	await setImmediate();
	readStalls();
	const decidedAt = systemClock.now();
	const changes = written.map((each) => ({ ...each, decidedAt, edit: { ...each.edit, decidedAt } }));
	asked.set(name, changes);
	keeper.declare([...asked.values()].flat().map((each) => ({ policy: each.policy, groups: [each.group] })));
	const before = { ...spent };
	const opening = nextNews(({ event, group: of }) => event === 'Opened' && of.name === name).then(() => {
		const [api, fetch] = [spent.api - before.api, spent.fetch - before.fetch];
		const [push, callsToOpen] = [spent.push - before.push, spent.calls - before.calls];
		return { opened: systemClock.now() - decidedAt, api, fetch, push, callsToOpen };
	});
	await Promise.all(changes.map((change) => keeper.deliver(change, signal)));
	const times = await opening;
	const last = changes.at(-1);
	while (last !== undefined && !(await isSettled(last))) await nextWake();
	const settled = systemClock.now() - decidedAt;
	return { ...times, settled, calls: spent.calls - before.calls, stall: readStalls().max };
}

/** Closes it again, so that nothing of it is looked at any more. */
async function withdraw(name: string): Promise<void> {
	const { keeper } = current();
	const closing = nextNews(({ event, group }) => event === 'Withdrawn' && group.name === name);
	for (const { policy, target, edit } of asked.get(name) ?? []) {
		keeper.rest({ policy, target, folder: edit.folder }, { kind: 'overtaken', by: 'Direct' });
	}
	await closing;
	await nextWake();
	asked.delete(name);
}

/** Bytes. */
function peakRss(): number {
	return process.resourceUsage().maxRSS * 1024;
}

async function isSettled(change: PullRequestChange): Promise<boolean> {
	const receipt = await current().keeper.deliver(change, signal);
	return receipt.kind === 'requested' && receipt.pull !== undefined;
}

function current(): Engine {
	if (engine === undefined) throw new Error('not open');
	return engine;
}

interface Composed {
	readonly split: number;
	readonly group: PullRequestGroup;
	readonly decidedAt: number;
}

function compose(shape: RepositoryShape, { split, group, decidedAt }: Composed): PullRequestChange {
	const edit = composeFlip(shape, { split, side: 'fallback' }, decidedAt);
	const { policy, target, shift } = edit;
	const evidence = [
		anEvidence('primary', 'Unhealthy', { since: decidedAt }),
		anEvidence('fallback', 'Healthy', { tier: 1, since: decidedAt }),
	];
	return aPullRequestChange({}, { policy, target, shift, decidedAt, edit, group, evidence, rungs: [] });
}

function tell(news: PullRequestNews | undefined): void {
	for (const listener of listeners) listener(news);
}

function nextNews(isIt: (news: PullRequestNews) => boolean): Promise<void> {
	return next((news) => news !== undefined && isIt(news));
}

function nextWake(): Promise<void> {
	return next((news) => news === undefined);
}

function next(isIt: (news: PullRequestNews | undefined) => boolean): Promise<void> {
	return new Promise((resolve) => {
		const listener = (news: PullRequestNews | undefined): void => {
			if (!isIt(news)) return;
			listeners.delete(listener);
			resolve();
		};
		listeners.add(listener);
	});
}

const send = createProxiedFetch({ environment: {} });

async function timedFetch(...call: Parameters<HttpFetch>): ReturnType<HttpFetch> {
	spent.calls += 1;
	const began = performance.now();
	try {
		return await send(...call);
	} finally {
		spent.api += performance.now() - began;
	}
}

/** What takes the server, or git. */
function timed(repository: MirrorRepository): Repository & Branches {
	const measure = async <T>(what: 'fetch' | 'push', work: Promise<T>): Promise<T> => {
		const began = performance.now();
		try {
			return await work;
		} finally {
			spent[what] += performance.now() - began;
		}
	};
	return {
		...repository,
		refresh: (...call) => measure('fetch', repository.refresh(...call)),
		commit: (...call) => measure('push', repository.commit(...call)),
		pushBranch: (...call) => measure('push', repository.pushBranch(...call)),
	};
}
