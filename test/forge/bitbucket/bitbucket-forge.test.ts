import { forgeContract } from '../../contract/forge.ts';
import { setBitbucketStage } from './stage.ts';

const traits = {
	tellsAutoMerge: false,
	tellsExactPermissions: false,
	hasForks: true,
	lacks: [
		'autoMerge',
		'closingByBranch',
		'editingClosed',
		'labels',
		'mergeability',
		'namedChecks',
		'openRights',
		'reopening',
	],
} as const;

forgeContract({ name: 'Bitbucket', traits, open: setBitbucketStage });
