import { setTimeout } from 'node:timers/promises';
import { forgeContract } from '../../contract/forge.ts';
import { startEmbeddedGitea } from '../../support/embedded-gitea.ts';
import { openGiteaForge } from '../../support/gitea-forge-stage.ts';

// The adapter waits a moment for what a Gitea has yet to do, and has been done here; deadlines are longer.
const clock = {
	now: (): number => Math.round(performance.timeOrigin + performance.now()),
	sleep: (span: number, signal: AbortSignal): Promise<void> =>
		setTimeout(span > 1_000 ? span : 5, undefined, { signal }),
};

forgeContract({
	name: 'Gitea’s adapter on the embedded forge',
	traits: {
		tellsAutoMerge: false,
		tellsExactPermissions: false,
		hasForks: false,
		lacks: ['autoMerge', 'refusalWithoutBranch'],
	},
	// Each with programs of git, and the adapter with deadlines.
	isSerial: true,
	async open(t) {
		const { gitea } = await startEmbeddedGitea(t);
		return await openGiteaForge(t, { gitea, name: 'contract', clock });
	},
});
