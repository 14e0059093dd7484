import { tokenVariable } from '../environment-token.ts';
import type { Terminal } from '../terminal.ts';
import { trace } from '../trace.ts';
import { patience, type Stage } from './stage.ts';
import { workshop } from './workshop.ts';

/** Shows what `spillway trace` says of the policy once its last move is over. Throws where something differs. */
export async function tracePolicy(
	{ timeline, lifetime: { signal }, repository, kubeconfig, environment }: Stage,
	terminal: Terminal,
): Promise<void> {
	const policy = `${workshop.namespace}/${workshop.policy}`;
	timeline.heading('Later, anyone may ask what became of the last decision');
	timeline.command(`spillway trace ${policy} --repo ${repository.url}`);
	const options = {
		repo: repository.url,
		branch: 'main',
		kubeconfig,
		allowInsecureGit: true,
		allowInsecureKube: false,
		output: 'text',
		timeout: patience,
	} as const;
	const { output: out } = timeline;
	// Nobody's own token goes to the story's forge.
	const env = { ...environment, [tokenVariable]: repository.forge.spillway.token };
	const asked = { ...terminal, env, out, signal, columns: timeline.outputColumns() };
	const status = await trace(policy, options, asked);
	if (status !== 0) throw new Error(`spillway trace found a difference: exit status ${status}`);
}
