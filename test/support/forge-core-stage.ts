import { createForgeCore, type ForgeCore } from '../../src/simulator/forge/forge-core.ts';
import type { ForgeEvent } from '../../src/simulator/forge/forge-events.ts';
import type { HostedRepository } from '../../src/simulator/forge/hosted-repository.ts';
import { createMemoryForgeRepository } from '../../src/simulator/forge/memory-forge-repository.ts';
import type { MergeWish, ProtectionRule, StoredStatus } from '../../src/simulator/forge/records.ts';
import { createMemoryRepository, type MemoryRepository } from '../../src/simulator/memory-repository.ts';
import { createVirtualClock, type VirtualClock } from '../../src/simulator/virtual-clock.ts';

/** The branch of the pull request. */
export const branch: string = 'spillway/failover/east';
/** How it is merged. */
export const wish: MergeWish = { style: 'merge', deleteBranch: false };

/** A repository at a forge in memory. */
export interface Stage {
	readonly clock: VirtualClock;
	readonly core: ForgeCore;
	readonly repository: MemoryRepository;
	readonly hosted: HostedRepository;
	readonly events: string[];
}

/** `bot` and `ada` may write, `reader` may read. */
export async function stage(): Promise<Stage> {
	const clock = createVirtualClock();
	const repository = createMemoryRepository({ files: { 'web.yaml': 'weight: 1\n' } });
	const users = ['owner', 'bot', 'ada', 'reader'].map((login) => ({ login, token: `token-${login}` }));
	const core = createForgeCore({ clock, users });
	const git = createMemoryForgeRepository(repository.server);
	const rights = { bot: 'write', ada: 'write' } as const;
	const hosted = await core.addRepository({ owner: 'owner', name: 'config', git, rights });
	const events: string[] = [];
	core.subscribe((event) => events.push(describe(event)));
	return { clock, core, repository, hosted, events };
}

function describe(event: ForgeEvent): string {
	switch (event.kind) {
		case 'push':
			return `${event.by} ${event.after === undefined ? 'deletes' : 'pushes'} ${event.branch}`;
		case 'pull':
			return `${event.by} ${event.action} #${event.pull.number}`;
		case 'comment':
			return `${event.by} comments on #${event.pull.number}`;
		case 'review':
			return `${event.by} says ${event.review.state}`;
		case 'reviewers':
			return `${event.by} asks ${event.reviewer}`;
		case 'status':
			return `${event.by} sets ${event.status.context} ${event.status.state}`;
	}
}

/** Opens the pull request. */
export async function open({ hosted, repository }: Stage): Promise<{ number: number; head: string }> {
	const head = repository.commitDirectly({ 'web.yaml': 'weight: 0\n' }, 'move', {}, branch);
	const { number } = await hosted.open('bot', {
		title: 'Fail over',
		body: 'why',
		head: branch,
		base: 'main',
	});
	return { number, head };
}

/** Of the check `ci/test`. */
export const setStatus = ({ hosted }: Stage, head: string, state: string): Promise<StoredStatus> =>
	hosted.setStatus('bot', head, { context: 'ci/test', state, description: '', url: '' });

/** A rule that asks for nothing yet. */
export const rule: ProtectionRule = {
	branch: 'main',
	mayPush: 'nobody',
	requiredApprovals: 0,
	requiredContexts: [],
	blocksOnRejection: false,
};
