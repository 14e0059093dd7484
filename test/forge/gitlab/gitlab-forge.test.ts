import { forgeContract } from '../../contract/forge.ts';
import { setGitLabStage } from './stage.ts';

const traits = { tellsAutoMerge: true, tellsExactPermissions: true, hasForks: true };

forgeContract({ name: 'GitLab', traits, open: setGitLabStage });
