import { once } from 'node:events';
import type { LogLine } from './spillway-process.ts';
import type { Stage } from './stage.ts';
import type { Timeline } from './timeline.ts';
import { workshop } from './workshop.ts';

/**
 * Leaves everything running, and tells what Spillway does, until `stop`. Throws when a part of it fails before.
 */
export async function keepRunning(stage: Stage, stop: AbortSignal): Promise<void> {
	const { timeline, lifetime, spillway } = stage;
	printWays(stage);
	spillway.lines.listen(({ value }) => tellLine(timeline, value));
	if (!lifetime.signal.aborted) await once(lifetime.signal, 'abort');
	if (!stop.aborted) throw lifetime.signal.reason;
}

function printWays({ timeline, kubeconfig, repository }: Stage): void {
	const { namespace, deployment, policy } = workshop;
	timeline.heading(`All of it is still running, in Commit mode, as process ${process.pid}`);
	timeline.line(`to stop it   kill ${process.pid}, or Ctrl-C here`);
	timeline.line(`kubeconfig   ${kubeconfig}`);
	timeline.line(`repository   ${repository.remote.path}`);
	timeline.line('Flux         looks at Git when Spillway asks it to, and once a minute');
	timeline.heading('In another terminal');
	timeline.command(`export KUBECONFIG=${kubeconfig}`);
	timeline.command('kubectl get trafficsplits -A -o yaml');
	timeline.command('kubectl get gitrepositories,kustomizations -A -o yaml');
	timeline.command(`kubectl -n ${namespace} scale deployment ${deployment} --replicas=0`);
	timeline.command(`git clone ${repository.remote.path} config`);
	timeline.command('git -C config pull && git -C config log -p');
	const flags = `--repo ${repository.remote.url} --allow-insecure-git`;
	timeline.command(`npx spillway trace ${namespace}/${policy} ${flags}`);
	timeline.heading('What Spillway says from now on');
}

function tellLine(timeline: Timeline, { message, reasons, commit, weights, problem }: LogLine): void {
	const facts = [weights, commit?.slice(0, 12), problem, ...reasons].filter((fact) => fact !== undefined);
	if (facts.length > 0) timeline.quote(message, facts);
}
