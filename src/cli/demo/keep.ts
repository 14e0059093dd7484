import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mergePath } from './reviews.ts';
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
	await printMerge(stage);
	timeline.heading('What Spillway says from now on');
	spillway.lines.listen(({ value }) => tellLine(timeline, value));
	if (!lifetime.signal.aborted) await once(lifetime.signal, 'abort');
	if (!stop.aborted) throw lifetime.signal.reason;
}

function printWays({ timeline, kubeconfig, repository }: Stage): void {
	const { namespace, deployment, policy } = workshop;
	const { url, forge } = repository;
	timeline.heading(`All of it is still running, in PullRequest mode, as process ${process.pid}`);
	timeline.line(`to stop it   kill ${process.pid}, or Ctrl-C here`);
	timeline.line(`kubeconfig   ${kubeconfig}`);
	timeline.line(`repository   ${url}`);
	timeline.line(`to look at   open ${forge.page}/pulls/1 in a browser`);
	timeline.line('Flux         looks at Git when Spillway asks it to, and once a minute');
	timeline.heading('In another terminal');
	timeline.command(`export KUBECONFIG=${kubeconfig}`);
	timeline.command('kubectl get trafficsplits -A -o yaml');
	timeline.command('kubectl get gitrepositories,kustomizations -A -o yaml');
	timeline.command(`kubectl -n ${namespace} scale deployment ${deployment} --replicas=0`);
	timeline.command(`git clone ${url} config`);
	timeline.command('git -C config pull && git -C config log -p');
	timeline.command(`npx spillway trace ${namespace}/${policy} --repo ${url} --allow-insecure-git`);
}

/** A token belongs into a file, so that no list of processes shows it. */
async function printMerge({ timeline, repository, folder }: Stage): Promise<void> {
	const { apiUrl, person } = repository.forge;
	const headers = join(folder, `${person.login}.headers`);
	const lines = [`Authorization: token ${person.token}`, 'Content-Type: application/json', ''];
	await writeFile(headers, lines.join('\n'), { mode: 0o600 });
	timeline.heading('The next pull request will be number 3; to merge it, or to close it, as ada');
	timeline.command(`curl -H @${headers} -d '{"Do": "merge"}' ${apiUrl}${mergePath(3)}`);
	timeline.command(`curl -H @${headers} -X PATCH -d '{"state": "closed"}' ${apiUrl}/pulls/3`);
}

function tellLine(timeline: Timeline, { message, reasons, commit, weights, problem, url }: LogLine): void {
	const facts = [weights, commit?.slice(0, 12), url, problem, ...reasons].filter(
		(fact) => fact !== undefined,
	);
	if (facts.length > 0) timeline.quote(message, facts);
}
