import { followPolicy } from '../../src/cli/trace/follow.ts';
import { renderTrace } from '../../src/cli/trace/render.ts';
import type { TraceFacts } from '../../src/cli/trace/trace-facts.ts';
import { judge } from '../../src/cli/trace/verdict.ts';
import type { CommitId } from '../../src/model/ports/repository.ts';
import type { SyncerQuestion, SyncerView } from '../../src/model/ports/syncer.ts';
import { formatProblem, ProblemError, problem } from '../../src/model/problem.ts';
import { manifestEditor } from '../../src/plan/manifest-editor.ts';
import type { NewFiles } from '../../src/simulator/memory-history.ts';
import { createMemoryRepository, type MemoryRepository } from '../../src/simulator/memory-repository.ts';
import { anEditChange, emojiTarget } from './changes.ts';
import { weights } from './policies.ts';
import { type SplitCluster, startSplitCluster } from './split-cluster.ts';

/** A config repository in memory, and the cluster east with its split. */
export interface TraceStage extends SplitCluster {
	readonly repository: MemoryRepository;
	/** What the syncer is asked, in order. */
	readonly questions: readonly SyncerQuestion[];
	/** What it answers from now on. */
	answer(view: SyncerView | undefined): void;
	/** Commits these weights to the split's manifest: as Spillway, after a failover, or as Ada. */
	commitWeights(by: 'spillway' | 'ada', values: readonly [number, number]): Promise<CommitId>;
	/** What the syncer, or whoever, makes of the live split. */
	setWeights(values: readonly [number, number]): void;
	/** What is known of a policy now. */
	follow(name?: string): Promise<TraceFacts>;
	/** The trace as people see it, or the problem that there is instead. */
	show(name?: string): Promise<string>;
}

const { signal } = new AbortController();
const manifest = 'clusters/east/emoji.yaml';
const day = 24 * 3_600_000;

export function startTraceStage(files: NewFiles): TraceStage {
	const repository = createMemoryRepository({ files });
	const east = startSplitCluster();
	const { clock, cluster } = east;
	const questions: SyncerQuestion[] = [];
	const problems: string[] = [];
	let view: SyncerView | undefined;

	const follow = (name = 'emojivoto/emoji'): Promise<TraceFacts> =>
		followPolicy(
			{
				repository,
				openClusters: () => ({ declare: () => undefined, find: findEast(east) }),
				clock,
				random: () => 0.5,
				onProblem: (found) => problems.push(formatProblem(found)),
				lookAt: () => async (question) => {
					questions.push(question);
					return await Promise.resolve(view);
				},
			},
			{ name, cluster: undefined },
			signal,
		);

	return {
		...east,
		cluster,
		repository,
		questions,
		answer(next) {
			view = next;
		},
		async commitWeights(by, [first, second]) {
			const tip = await repository.refresh(signal);
			const file = await repository.file(tip, manifest, signal);
			const text = Buffer.from(await repository.read(file?.blob ?? '', signal)).toString();
			const to = weights({ 'emoji-svc': first, 'emoji-svc-west': second });
			const edited = manifestEditor.edit(manifest, text, [{ ...emojiTarget, weights: to }]);
			const { shift } = anEditChange();
			const message =
				by === 'ada'
					? 'back to the primary'
					: manifestEditor.message([anEditChange({ shift: { ...shift, to } })]);
			const author =
				by === 'ada'
					? { name: 'Ada', email: 'ada@example.org' }
					: { name: 'Spillway', email: 'bot@spillway.dev' };
			return repository.commitDirectly({ [manifest]: edited.text }, message, {
				author,
				at: clock.now() - day,
			});
		},
		setWeights(values) {
			const operations = values.map((value, index) => ({
				op: 'replace' as const,
				path: `/spec/backends/${index}/weight`,
				value,
			}));
			east.store.patch(east.key, 'application/json-patch+json', operations);
		},
		follow,
		async show(name) {
			try {
				const facts = await follow(name);
				return renderTrace(facts, judge(facts), { color: false, columns: 80 });
			} catch (error) {
				if (error instanceof ProblemError) return [...problems, error.message].join('\n');
				throw error;
			}
		},
	};
}

function findEast({ cluster }: SplitCluster) {
	return (name: string): Promise<SplitCluster['cluster']> => {
		if (name === 'east') return Promise.resolve(cluster);
		const where = { kind: 'named', name: 'spillway.yaml' } as const;
		return Promise.reject(
			new ProblemError(problem('E_REFERENCE', { where, message: `no cluster ${name} is declared` })),
		);
	};
}
