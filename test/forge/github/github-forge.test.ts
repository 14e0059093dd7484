import { forgeContract } from '../../contract/forge.ts';
import { setGitHubStage } from './stage.ts';

const traits = { tellsAutoMerge: true, tellsExactPermissions: true, hasForks: true };

forgeContract({ name: 'GitHub', traits, open: (t) => setGitHubStage(t) });
forgeContract({
	name: 'GitHub Enterprise',
	traits,
	open: (t) => setGitHubStage(t, { isEnterprise: true }),
});
