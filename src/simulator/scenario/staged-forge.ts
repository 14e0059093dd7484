import { branchPrefix } from '../../model/pull-request.ts';
import { newestStatuses } from '../forge/commit-statuses.ts';
import { createForgeCore, type ForgeCore } from '../forge/forge-core.ts';
import type { HostedRepository } from '../forge/hosted-repository.ts';
import { createMemoryForgeRepository } from '../forge/memory-forge-repository.ts';
import type { StoredPull } from '../forge/records.ts';
import { createMemoryForge, type MemoryForge } from '../memory-forge.ts';
import type { MemoryRepository } from '../memory-repository.ts';
import type { VirtualClock } from '../virtual-clock.ts';

/** The forge that has a scenario's repository, and Spillway's access to it. */
export interface StagedForge {
	readonly core: ForgeCore;
	readonly hosted: HostedRepository;
	/** As Spillway's token sees it. */
	readonly port: MemoryForge;
}

/** `shop` owns the repository; these may write to it, and `eve` may read it. */
const writers = ['spillway', 'ada', 'grace'] as const;

/** Puts a repository in memory at a forge in memory. */
export async function openStagedForge(
	repository: MemoryRepository,
	clock: VirtualClock,
): Promise<StagedForge> {
	const users = ['shop', ...writers, 'eve'].map((login) => ({ login }));
	const core = createForgeCore({ clock, users });
	const git = createMemoryForgeRepository(repository.server);
	const rights = Object.fromEntries(writers.map((login) => [login, 'write' as const]));
	const hosted = await core.addRepository({ owner: 'shop', name: 'config', git, rights });
	const port = createMemoryForge(core, { repository: hosted.fullName, user: 'spillway' });
	return { core, hosted, port };
}

/** By its number, or by its branch with or without `spillway/`: the open one, or else the newest. */
export function seekPull({ hosted }: StagedForge, of: number | string): StoredPull | undefined {
	const { pulls } = hosted.state;
	if (typeof of === 'number') return pulls.get(of);
	const head = of.startsWith(branchPrefix) ? of : `${branchPrefix}${of}`;
	const all = [...pulls.values()].filter((pull) => pull.head === head);
	return all.find(({ state }) => state === 'open') ?? all.at(-1);
}

/** The checks of a pull request's head, by name. */
export function checksOf({ hosted }: StagedForge, { headCommit }: StoredPull): ReadonlyMap<string, string> {
	return new Map(newestStatuses(hosted.state, headCommit).map(({ context, state }) => [context, state]));
}

/** The names of a pull request's labels. */
export function labelsOf({ hosted }: StagedForge, { labels }: StoredPull): readonly string[] {
	return hosted.state.labels.filter(({ id }) => labels.includes(id)).map(({ name }) => name);
}
