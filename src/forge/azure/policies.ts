import type { BranchProtection } from '../../model/ports/forge.ts';
import { understand } from '../http/client.ts';
import { type Fields, findFields, findText } from '../http/fields.ts';
import { type AzureApi, needIds, previewVersion, readIfAllowed, readValues, version } from './azure-api.ts';
import { mayPassPolicies } from './people.ts';
import { toRef } from './pull-request.ts';
import { joinContext } from './statuses.ts';

/** Types of policies, which have the same ids everywhere: https://learn.microsoft.com/en-us/azure/devops/repos/git/branch-policies */
export const policyTypes = {
	approvals: 'fa4e907d-c16b-4a4c-9dfa-4906e5d171dd',
	build: '0609b952-1397-4640-95ec-e00a01b2c241',
	status: 'cbdc66da-9728-4af8-aada-9a5a32e4a226',
	mergeStrategy: 'fa4e907d-c16b-4a4c-9dfa-4916e5d171ab',
} as const;

interface Policy {
	readonly type: string;
	readonly settings: Fields;
}

/** Policies that have to be met before anything comes to a branch; `undefined` where we may not see them. */
export async function readPolicies(
	api: AzureApi,
	branch: string,
	signal: AbortSignal,
): Promise<readonly Policy[] | undefined> {
	const { repository: repositoryId } = await needIds(api, signal);
	const request = {
		path: `${api.project}/git/policy/configurations`,
		query: { ...version, repositoryId, refName: toRef(branch) },
		what: `read what protects ${branch}`,
	};
	return await readIfAllowed(api.client, request, (values) => values.flatMap(readPolicy), signal);
}

function readPolicy(policy: Fields): readonly Policy[] {
	const holds = policy['isEnabled'] === true && policy['isBlocking'] === true && policy['isDeleted'] !== true;
	const type = findText(findFields(policy['type']), 'id') ?? '';
	return holds ? [{ type, settings: findFields(policy['settings']) ?? {} }] : [];
}

export async function readProtection(
	api: AzureApi,
	branch: string,
	signal: AbortSignal,
): Promise<BranchProtection> {
	const policies = (await readPolicies(api, branch, signal)) ?? [];
	if (policies.length === 0) return { isProtected: false, requiredChecks: [], requiredApprovals: 0 };
	return {
		isProtected: true,
		mayPush: await mayPassPolicies(api, signal),
		requiredChecks: policies.flatMap(readCheckName),
		requiredApprovals: Math.max(
			0,
			...policies
				.filter(({ type }) => type === policyTypes.approvals)
				.map(({ settings }) => Number(settings['minimumApproverCount']) || 0),
		),
	};
}

function readCheckName({ type, settings }: Policy): readonly string[] {
	if (type === policyTypes.build) return [findText(settings, 'displayName') ?? 'build'];
	const name = findText(settings, 'statusName');
	if (type !== policyTypes.status || name === undefined) return [];
	return [joinContext(findText(settings, 'statusGenre'), name)];
}

const strategies = [
	['noFastForward', 'allowNoFastForward'],
	['squash', 'allowSquash'],
	['rebaseMerge', 'allowRebaseMerge'],
	['rebase', 'allowRebase'],
] as const;

/** A merge commit, or what the branch's policy allows in its place. */
export async function chooseStrategy(api: AzureApi, branch: string, signal: AbortSignal): Promise<string> {
	const policies = (await readPolicies(api, branch, signal)) ?? [];
	const rules = policies.filter(({ type }) => type === policyTypes.mergeStrategy);
	const allowed = strategies.find(([, setting]) => rules.every(({ settings }) => settings[setting] === true));
	return allowed?.[0] ?? 'noFastForward';
}

/** Whether every policy that has to be met is met by now. */
export async function areMet(api: AzureApi, number: number, signal: AbortSignal): Promise<boolean> {
	const { project } = await needIds(api, signal);
	const artifactId = `vstfs:///CodeReview/CodeReviewId/${project}/${number}`;
	const request = {
		path: `${api.project}/policy/evaluations`,
		query: { ...previewVersion, artifactId },
		what: `read the policies of pull request ${number}`,
	};
	const records = await readValues(api.client, request, signal);
	return understand(api.client, request, () =>
		records.every(({ status, configuration }) => {
			const isHeld = readPolicy(findFields(configuration) ?? {}).length > 0;
			return !isHeld || status === 'approved' || status === 'notApplicable';
		}),
	);
}
