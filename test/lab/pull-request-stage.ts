// The keeper of pull requests over a real mirror and a real Gitea, and policies that a test plays.
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { readForgeToken } from '../../src/cli/forge/forge-token.ts';
import { systemClock } from '../../src/cli/system-clock.ts';
import { createEditSource } from '../../src/deliver/edit-source.ts';
import { createPullRequests, type PullRequestKeeper } from '../../src/deliver/pull-request/pull-requests.ts';
import { createGiteaForge } from '../../src/forge/gitea/gitea-forge.ts';
import { createProxiedFetch } from '../../src/forge/proxied-fetch.ts';
import type { CredentialSource } from '../../src/git/access/credentials.ts';
import { type MirrorRepository, openRepository } from '../../src/git/mirror.ts';
import type { PullRequestChange } from '../../src/model/change.ts';
import type { PolicyKey } from '../../src/model/names.ts';
import { defaultPullRequests, type PullRequestSettings } from '../../src/model/policy.ts';
import type { Forge } from '../../src/model/ports/forge.ts';
import type { NoRequest } from '../../src/model/ports/pull-requests.ts';
import { formatBranch, type PullRequestNews } from '../../src/model/pull-request.ts';
import type { Receipt } from '../../src/model/receipt.ts';
import type { Milliseconds } from '../../src/model/time.ts';
import type { Weights } from '../../src/model/weights.ts';
import { manifestEditor } from '../../src/plan/manifest-editor.ts';
import { createPullRequestText } from '../../src/plan/pull-request/text.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import { createForwardClock } from './pull-request-clock.ts';
import { type Place, untilTrue } from './pull-request-people.ts';

export interface KeeperStage {
	readonly place: Place;
	readonly news: readonly PullRequestNews[];
	/** As Spillway sees it. */
	readonly forge: () => Forge;
	readonly keeper: () => PullRequestKeeper;
	/** Stops the process where it stands. */
	stop(): Promise<void>;
	/** One that remembers nothing, with an empty disk, takes its place. */
	restart(): Promise<void>;
	/** Gives Spillway another token from now on. */
	setToken(token: string): void;
	/** Says what a change's policy wants, as a pass does, and waits for a whole look after that; the answer then. */
	ask(change: PullRequestChange): Promise<Receipt>;
	/** The policy wants nothing, as these weights are right; waits for a whole look. */
	rest(change: PullRequestChange, weights?: Weights): Promise<void>;
	/** The same for any other reason. */
	restFor(change: PullRequestChange, why: NoRequest): Promise<void>;
	/** Puts the keeper's clock forward, and waits for a whole look. */
	putForward(span: Milliseconds): Promise<void>;
	/** Waits for a whole look that begins now. */
	look(): Promise<void>;
	/** Asks, look by look, until the answer is as wanted. */
	untilReceipt(
		change: PullRequestChange,
		what: string,
		holds: (receipt: Receipt) => boolean,
	): Promise<Receipt>;
}

const { signal } = new AbortController();

export async function startKeeperStage(
	t: ExecutionContext,
	place: Place,
	settings: Partial<PullRequestSettings> = {},
): Promise<KeeperStage> {
	t.timeout(180_000);
	const clock = createForwardClock();
	const news: PullRequestNews[] = [];
	const askers = new Map<PolicyKey, PullRequestChange>();
	let token = place.people.bot.token;
	let looks = 0;
	let process: KeeperProcess | undefined;

	const start = async (): Promise<KeeperProcess> => {
		const folder = join(await makeFolder(t), 'mirror.git');
		const credentials: CredentialSource = {
			read: () => Promise.resolve({ place: 'the stage', values: { username: 'spillway', password: token } }),
		};
		return await startKeeper(place, {
			...{ folder, credentials, clock, settings, news },
			onLooked: () => {
				looks += 1;
			},
		});
	};
	const running = (): KeeperProcess => {
		if (process === undefined) throw new Error('no keeper runs');
		return process;
	};
	const declare = (): void => {
		running().keeper.declare(
			[...askers.values()].map(({ policy, group: { name } }) => ({
				policy,
				groups: [
					{ move: 'failover', name },
					{ move: 'failback', name },
				],
			})),
		);
	};
	const introduce = (change: PullRequestChange): void => {
		const isNew = !askers.has(change.policy);
		askers.set(change.policy, change);
		if (isNew) declare();
	};
	const look = async (): Promise<void> => {
		// The first one may have been under way.
		for (let round = 0; round < 2; round += 1) {
			const before = looks;
			const groups = [...askers.values()].map(({ group }) => formatBranch(group));
			for (const branch of new Set(groups)) running().keeper.hint(branch);
			await untilTrue('the keeper has looked', () => looks > before);
		}
	};
	const restFor = async (change: PullRequestChange, why: NoRequest): Promise<void> => {
		introduce(change);
		const { policy, target, edit } = change;
		running().keeper.rest({ policy, target, folder: edit.folder }, why);
		await look();
	};
	const ask = async (change: PullRequestChange): Promise<Receipt> => {
		introduce(change);
		await running().keeper.deliver(change, signal);
		await look();
		return await running().keeper.deliver(change, signal);
	};
	const stop = async (): Promise<void> => {
		await process?.stop();
		process = undefined;
	};
	t.teardown(stop);
	process = await start();
	return {
		place,
		news,
		forge: () => running().forge,
		keeper: () => running().keeper,
		stop,
		async restart() {
			await stop();
			process = await start();
			declare();
		},
		setToken(next) {
			token = next;
		},
		ask,
		rest: (change, weights = change.shift.from) =>
			restFor(change, { kind: 'unneeded', weights, reasons: [{ code: 'InPlace', weights }] }),
		restFor,
		async putForward(span) {
			clock.putForward(span);
			await look();
		},
		look,
		async untilReceipt(change, what, holds) {
			let receipt: Receipt = { kind: 'requested' };
			await untilTrue(what, async () => {
				receipt = await ask(change);
				return holds(receipt);
			});
			return receipt;
		},
	};
}

interface KeeperProcess {
	readonly keeper: PullRequestKeeper;
	readonly forge: Forge;
	stop(): Promise<void>;
}

interface KeeperFacts {
	readonly folder: string;
	readonly credentials: CredentialSource;
	readonly clock: ReturnType<typeof createForwardClock>;
	readonly settings: Partial<PullRequestSettings>;
	readonly news: PullRequestNews[];
	readonly onLooked: () => void;
}

async function startKeeper(
	{ repository: { owner, name, url, apiUrl } }: Place,
	{ folder, credentials, clock, settings, news, onLooked }: KeeperFacts,
): Promise<KeeperProcess> {
	const environment = { PATH: process.env['PATH'] };
	const life = new AbortController();
	const opened = { url, branch: 'main', folder, allowInsecure: true, environment, credentials };
	const repository: MirrorRepository = await openRepository(opened, life.signal);
	const forge = createGiteaForge({
		apiUrl: apiUrl.replace(/\/repos\/.*$/, ''),
		webUrl: url.replace(/\.git$/, ''),
		owner: owner.name,
		name,
		tokens: readForgeToken(credentials),
		fetch: createProxiedFetch({ environment, ca: undefined }),
		clock: systemClock,
		random: Math.random,
		pacing: 0,
	});
	const keeper = createPullRequests({
		repository,
		forge,
		editor: manifestEditor,
		text: createPullRequestText(),
		edits: createEditSource({ repository, editor: manifestEditor, clock }),
		clock,
		random: Math.random,
		author: { name: 'Spillway', email: 'bot@spillway.dev' },
		commits: () => ({}),
		settings: () => ({ ...defaultPullRequests, ...settings }),
		leads: () => true,
		wake: onLooked,
		onNews: (each) => void news.push(each),
	});
	const running = keeper.run(life.signal);
	return {
		keeper,
		forge,
		async stop() {
			life.abort();
			await running.catch(() => undefined);
		},
	};
}
