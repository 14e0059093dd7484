import { forgeContract } from '../../contract/forge.ts';
import { setAzureStage } from './stage.ts';

const traits = {
	tellsAutoMerge: true,
	tellsExactPermissions: true,
	hasForks: true,
	lacks: ['closingByBranch', 'editingClosed', 'longBodies'],
} as const;

forgeContract({ name: 'AzureDevOps', traits, open: setAzureStage });
