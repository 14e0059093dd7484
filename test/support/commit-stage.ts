import { deliverByCommit } from '../../src/deliver/commit.ts';
import { always, createDelivery, type MayWrite } from '../../src/deliver/deliver.ts';
import type { CommitSettings } from '../../src/model/policy.ts';
import type { Delivery } from '../../src/model/ports/delivery.ts';
import type { Repository } from '../../src/model/ports/repository.ts';
import { manifestEditor } from '../../src/plan/manifest-editor.ts';
import type { LoggedCommit, NewFiles } from '../../src/simulator/memory-history.ts';
import { createMemoryRepository, type MemoryRepository } from '../../src/simulator/memory-repository.ts';
import { createVirtualClock, type VirtualClock } from '../../src/simulator/virtual-clock.ts';
import { impossible } from './impossible-delivery.ts';

export interface CommitStageOptions {
	/** What stands between Spillway and the repository. */
	readonly wrap?: (repository: MemoryRepository, clock: VirtualClock) => Repository;
	readonly mayWrite?: MayWrite;
	readonly settings?: CommitSettings;
}

/** A delivery by commit over a repository in memory. */
export interface CommitStage {
	readonly repository: MemoryRepository;
	readonly clock: VirtualClock;
	readonly delivery: Delivery;
	/** The delivery of one more process, which remembers nothing; by default nothing stands in between. */
	open(options?: CommitStageOptions): Delivery;
	/** The text at a path of the tip; '' where there is none. */
	text(path: string): Promise<string>;
	/** Moves the clock on for as long as a delivery may take. */
	settle<T>(pending: Promise<T>): Promise<T>;
}

const { signal } = new AbortController();

/** Whether a commit of the branch is one of Spillway's. */
export function isOurs({ message }: Pick<LoggedCommit, 'message'>): boolean {
	return message.includes('Failover-Policy:');
}

export function startCommitStage(files: NewFiles, options: CommitStageOptions = {}): CommitStage {
	const repository = createMemoryRepository({ files });
	const clock = createVirtualClock();
	const open = ({ wrap = (inner) => inner, mayWrite = always, settings = {} }: CommitStageOptions = {}) => {
		const edit = deliverByCommit({
			repository: wrap(repository, clock),
			editor: manifestEditor,
			clock,
			random: () => 0.5,
			author: { name: 'Spillway', email: 'bot@spillway.dev' },
			settings: () => settings,
			mayWrite,
		});
		return createDelivery({ direct: impossible, edit, pulls: impossible });
	};
	return {
		repository,
		clock,
		delivery: open(options),
		open,
		async text(path) {
			const file = await repository.file(await repository.refresh(signal), path, signal);
			return file === undefined ? '' : Buffer.from(await repository.read(file.blob, signal)).toString();
		},
		async settle(pending) {
			// Whoever waits may look at the end only after the clock has moved.
			pending.catch(() => undefined);
			await clock.advance(60_000);
			return await pending;
		},
	};
}
