import { deliverByCommit } from '../../src/deliver/commit.ts';
import { always, createDelivery, type MayWrite } from '../../src/deliver/deliver.ts';
import type { Delivery } from '../../src/model/ports/delivery.ts';
import type { Repository } from '../../src/model/ports/repository.ts';
import { manifestEditor } from '../../src/plan/manifest-editor.ts';
import type { NewFiles } from '../../src/simulator/memory-history.ts';
import { createMemoryRepository, type MemoryRepository } from '../../src/simulator/memory-repository.ts';
import { createVirtualClock, type VirtualClock } from '../../src/simulator/virtual-clock.ts';
import { impossible } from './impossible-delivery.ts';

/** A delivery by commit over a repository in memory. */
export interface CommitStage {
	readonly repository: MemoryRepository;
	readonly clock: VirtualClock;
	readonly delivery: Delivery;
	/** The text at a path of the tip; '' where there is none. */
	text(path: string): Promise<string>;
	/** Moves the clock on for as long as a delivery may take. */
	settle<T>(pending: Promise<T>): Promise<T>;
}

const { signal } = new AbortController();

export function startCommitStage(
	files: NewFiles,
	wrap: (repository: MemoryRepository) => Repository = (repository) => repository,
	mayWrite: MayWrite = always,
): CommitStage {
	const repository = createMemoryRepository({ files });
	const clock = createVirtualClock();
	const author = { name: 'Spillway', email: 'bot@spillway.dev' };
	const edit = deliverByCommit({
		repository: wrap(repository),
		editor: manifestEditor,
		clock,
		random: () => 0.5,
		author,
		mayWrite,
	});
	return {
		repository,
		clock,
		delivery: createDelivery({ direct: impossible, edit }),
		async text(path) {
			const file = await repository.file(await repository.refresh(signal), path, signal);
			return file === undefined ? '' : Buffer.from(await repository.read(file.blob, signal)).toString();
		},
		async settle(pending) {
			// Whoever waits may look at the end only after the clock has moved.
			pending.catch(() => undefined);
			await clock.advance(10_000);
			return await pending;
		},
	};
}
