// Spillway on a stage: the real loop over the in-memory ports.
import { deliverByCommit } from '../../deliver/commit.ts';
import { createDelivery } from '../../deliver/deliver.ts';
import { deliverDirect } from '../../deliver/direct.ts';
import { verifyLive } from '../../deliver/verify.ts';
import type { ClusterName } from '../../model/names.ts';
import type { Notice } from '../../model/notice.ts';
import type { Clock } from '../../model/ports/clock.ts';
import type { Cluster } from '../../model/ports/cluster.ts';
import type { Log } from '../../model/ports/log.ts';
import { type Problem, ProblemError, problem } from '../../model/problem.ts';
import { followPolicies } from '../../observe/policy-source.ts';
import { manifestEditor } from '../../plan/manifest-editor.ts';
import { createMemoryLedger } from '../../reconcile/memory-ledger.ts';
import { createReconciler } from '../../reconcile/reconciler.ts';
import { createEventReporter } from '../../report/kubernetes-events.ts';
import type { Stage } from './stage.ts';

const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** How often the branch is looked at in scenarios. */
const interval = 10_000;

/** Runs until aborted. Randomness is the middle of every range, so that a scenario plays the same each time. */
export async function runSpillway(
	{ clusters, repository }: Stage,
	clock: Clock,
	onNotice: (notice: Notice) => void,
	signal: AbortSignal,
): Promise<void> {
	const random = (): number => 0.5;
	const findCluster = (name: ClusterName): Promise<Cluster> => {
		const cluster = clusters.get(name)?.api;
		if (cluster !== undefined) return Promise.resolve(cluster);
		const where = { kind: 'named', name: 'kubeconfig' } as const;
		return Promise.reject(
			new ProblemError(problem('E_KUBECONFIG', { where, message: `context ${name} not found` })),
		);
	};
	const author = { name: 'Spillway', email: 'bot@spillway.dev' };
	const events = createEventReporter({ findCluster, log: silentLog });
	const tell = (notice: Notice): void => {
		onNotice(notice);
		events.report(notice, signal);
	};
	const reconciler = createReconciler({
		clock,
		random,
		ledger: createMemoryLedger(),
		delivery: createDelivery({
			direct: deliverDirect(findCluster),
			edit: deliverByCommit({ repository, editor: manifestEditor, clock, random, author }),
		}),
		verify: verifyLive(findCluster),
		findCluster,
		duty: () => 'write',
		onNotice: tell,
	});
	const onProblem = (found: Problem): void => tell({ kind: 'problem', problem: found });
	const source = { repository, clock, random, interval, onRevision: reconciler.apply, onProblem };
	await Promise.all([reconciler.run(signal), followPolicies(source, signal)]);
}
