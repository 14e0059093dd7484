// The demo: the multicluster failover workshop on embedded or real clusters, played by the real reconciler.
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { paint, type Terminal } from '../terminal.ts';
import { findKit } from './find-kit.ts';
import { keepRunning } from './keep.ts';
import type { DemoKit } from './kit.ts';
import { createLifetime } from './lifetime.ts';
import { setStage } from './stage.ts';
import { playStory } from './story.ts';
import { summarize } from './summary.ts';
import { createTimeline, type Timeline } from './timeline.ts';
import { tracePolicy } from './trace-policy.ts';
import { packageRoot } from './workshop.ts';

/** How many of the last lines that Spillway wrote are shown when something fails. */
const shownLines = 20;

export interface DemoOptions {
	/** Leave everything running after the story. */
	readonly keep: boolean;
	/** On real Kubernetes API servers; needs a checkout. */
	readonly real: boolean;
}

/**
 * Plays the story and returns 0 when the live objects were seen to change as told, 1 when something did not
 * happen. With `keep` everything goes on until the signal. Leaves nothing behind.
 */
export async function demo({ keep, real }: DemoOptions, terminal: Terminal): Promise<number> {
	const kit = await findKit(real, terminal.env);
	const lifetime = createLifetime(terminal.signal);
	const timeline = createTimeline(terminal, process.stdout);
	const log: string[] = [];
	const onText = (line: string): void => {
		log.push(line);
		if (log.length > shownLines) log.shift();
	};
	try {
		introduce(timeline, kit);
		const stage = await setStage(timeline, lifetime, { kit, environment: terminal.env, onText });
		const measured = await playStory(stage);
		await tracePolicy(stage, terminal);
		summarize(timeline, measured);
		if (!keep) recommend(timeline, terminal);
		else await keepRunning(stage, terminal.signal);
		return 0;
	} catch (error) {
		if (terminal.signal.aborted) terminal.err('\nStopped; cleaning up.\n');
		terminal.signal.throwIfAborted();
		terminal.err(`\n${paint(terminal, 'red', `The demo failed: ${describe(error)}`)}\n`);
		if (log.length > 0) terminal.err('What Spillway wrote last:\n');
		for (const line of log) terminal.err(`  ${line}\n`);
		return 1;
	} finally {
		await lifetime.end();
	}
}

function introduce(timeline: Timeline, { clusters, forge }: DemoKit): void {
	timeline.heading('Spillway moves the traffic of a service to another cluster, and back');
	timeline.text(
		`${clusters.what}: east and west. ${forge.what} has their config repository. Both run emojivoto. In east, ` +
			'emoji is scaled to nothing: its traffic goes to west, and returns once emoji is well again. You see it three times: ' +
			'Spillway patches the cluster; it commits to Git; it asks by pull request. ' +
			'It takes about a minute, and nothing is left behind.',
	);
	timeline.heading('Setting up');
}

function recommend(timeline: Timeline, { env }: Terminal): void {
	const inCheckout = env['npm_lifecycle_event'] === 'demo';
	const command = inCheckout ? 'npm run demo --' : 'spillway demo';
	const readme = fileURLToPath(new URL('examples/workshop/README.md', packageRoot));
	timeline.heading('Where to go next');
	timeline.line(`to try kubectl, git and the forge     ${command} --keep`);
	if (inCheckout) timeline.line(`to see real parts do the same         ${command} --real`);
	timeline.line(`to play it on your own clusters       ${relative('', readme)}`);
}

/** A deadline's own words say nothing of it. */
function describe(error: unknown): string {
	if (error instanceof DOMException && error.name === 'TimeoutError') return 'this did not happen in time';
	return error instanceof Error ? error.message : String(error);
}
