import type { AutoMergeOutcome, Forge, MergeOutcome } from '../../model/ports/forge.ts';
import type { HostedRepository } from './hosted-repository.ts';
import type { MemoryForgeParts } from './memory-forge-parts.ts';
import type { MergeBlock } from './merging.ts';
import { ForgeRefusal } from './refusal.ts';

const wish = { style: 'merge', deleteBranch: false } as const;

export function createMemoryMerging({
	user,
	calls,
}: MemoryForgeParts): Pick<Forge, 'merge' | 'enableAutoMerge' | 'disableAutoMerge' | 'closure'> {
	const merge = async (hosted: HostedRepository, number: number, head: string): Promise<MergeOutcome> => {
		const block = await hosted.block(user, number);
		if (block !== undefined) return explainBlock(block);
		const { mergeCommit } = await hosted.merge(user, number, { ...wish, head });
		return { kind: 'merged', ...(mergeCommit !== undefined && { commit: mergeCommit }) };
	};
	const schedule = async (
		hosted: HostedRepository,
		number: number,
		head: string,
	): Promise<AutoMergeOutcome> => {
		const pull = await hosted.pull(number);
		if (pull.state !== 'open') return { kind: 'unavailable', reason: 'it is not open' };
		if (pull.headCommit !== head) return { kind: 'moved' };
		const block = await hosted.block(user, number);
		if (block === undefined) return { kind: 'clean' };
		if (block.kind === 'forbidden' || block.kind === 'draft') {
			return { kind: 'unavailable', reason: block.words };
		}
		if (pull.scheduled === undefined) await hosted.scheduleMerge(user, number, wish);
		return { kind: 'enabled' };
	};

	return {
		merge: (number, head, signal) =>
			calls.run('merge', (hosted) => merge(hosted, number, head).catch(explainRefusal), signal),
		enableAutoMerge: (number, head, signal) =>
			calls.run('autoMerge', (hosted) => schedule(hosted, number, head), signal),
		closure: (number, signal) =>
			calls.run(
				'read',
				async (hosted) => {
					const { closedBy, closedByBranch = false } = await hosted.pull(number);
					return { byBranch: closedByBranch, ...(closedBy !== undefined && { by: closedBy }) };
				},
				signal,
			),
		disableAutoMerge: (number, signal) =>
			calls.run(
				'autoMerge',
				async (hosted) => {
					const { scheduled } = await hosted.pull(number);
					if (scheduled !== undefined) await hosted.cancelMerge(user, number);
				},
				signal,
			),
	};
}

function explainRefusal(error: unknown): MergeOutcome {
	if (!(error instanceof ForgeRefusal)) throw error;
	if (error.status === 404) return { kind: 'notOpen' };
	if (error.status !== 409) throw error;
	return { kind: error.message === 'the merge has conflicts' ? 'conflict' : 'moved' };
}

function explainBlock(block: MergeBlock): MergeOutcome {
	switch (block.kind) {
		case 'closed':
		case 'merged':
			return { kind: 'notOpen' };
		case 'conflict':
			return { kind: 'conflict' };
		case 'forbidden':
		case 'draft':
		case 'unready':
			return { kind: 'blocked', reason: block.words };
	}
}
