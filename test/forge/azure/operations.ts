// The operations of Azure DevOps that Spillway uses.
import type { Schema } from './client-types.ts';

/** Types of the client that they take and give. */
export const wanted: readonly string[] = [
	'Comment',
	'CommentPosition',
	'CommentThreadContext',
	'ConnectionData',
	'GitCommitRef',
	'GitForkRef',
	'GitPullRequest',
	'GitPullRequestCommentThread',
	'GitPullRequestCompletionOptions',
	'GitPullRequestIteration',
	'GitPullRequestStatus',
	'GitRepository',
	'GitStatus',
	'GitStatusContext',
	'Identity',
	'IdentityRef',
	'IdentityRefWithVote',
	'PolicyConfiguration',
	'PolicyEvaluationRecord',
	'PolicyTypeRef',
	'TeamProjectReference',
	'WebApiTagDefinition',
];

const text: Schema = { type: 'string' };
const whole: Schema = { type: 'integer' };
const truth: Schema = { type: 'boolean' };
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

const security = 'https://learn.microsoft.com/en-us/rest/api/azure/devops/security';

/** What the client has no type for, or another than the service sends. */
export const schemas: Readonly<Record<string, Schema>> = {
	Identity: {
		from: 'https://learn.microsoft.com/en-us/rest/api/azure/devops/ims/identities/read-identities: descriptor is a text',
		type: 'object',
		properties: {
			id: text,
			descriptor: text,
			subjectDescriptor: text,
			providerDisplayName: text,
			isActive: truth,
			isContainer: truth,
			properties: {},
		},
	},
	AccessControlList: {
		from: `${security}/access-control-lists/query`,
		type: 'object',
		properties: { inheritPermissions: truth, token: text, acesDictionary: {} },
	},
};

interface Facts {
	readonly from?: string;
	readonly query?: Readonly<Record<string, Schema>>;
	readonly required?: readonly string[];
	readonly body?: Schema;
	readonly answer?: Schema;
	readonly list?: Schema;
}

function operation({ from, query = {}, required = [], body, answer, list }: Facts): object {
	const parameters = Object.entries({ 'api-version': text, ...query }).map(([name, schema]) => ({
		name,
		in: 'query',
		required: name === 'api-version' || required.includes(name),
		schema,
	}));
	const content = (schema: Schema): object => ({ content: { 'application/json': { schema } } });
	const listed = list && {
		type: 'object',
		properties: { count: whole, value: { type: 'array', items: list } },
		required: ['count', 'value'],
	};
	const told = answer ?? listed;
	return {
		...(from === undefined ? {} : { from }),
		parameters,
		...(body === undefined ? {} : { requestBody: { required: true, ...content(body) } }),
		responses: { 200: told === undefined ? {} : content(told) },
	};
}

const api = '/{organization}/{project}/_apis';
const repository = `${api}/git/repositories/{repositoryId}`;
const pull = `${repository}/pullRequests/{pullRequestId}`;

/** As spelled in git.json, but `pullrequests`, which it spells in two ways: both are one. */
export function operations(): Readonly<Record<string, object>> {
	const request = ref('GitPullRequest');
	const status = ref('GitStatus');
	const ofPull = ref('GitPullRequestStatus');
	return {
		[repository]: { get: operation({ answer: ref('GitRepository') }) },
		[`${repository}/pullRequests`]: {
			get: operation({
				query: {
					'searchCriteria.creatorId': text,
					'searchCriteria.includeLinks': truth,
					'searchCriteria.sourceRefName': text,
					'searchCriteria.sourceRepositoryId': text,
					'searchCriteria.status': {
						type: 'string',
						enum: ['notSet', 'active', 'abandoned', 'completed', 'all'],
					},
					'searchCriteria.targetRefName': text,
					$skip: whole,
					$top: whole,
				},
				list: request,
			}),
			post: operation({ query: { supportsIterations: truth }, body: request, answer: request }),
		},
		[pull]: {
			get: operation({
				query: { includeCommits: truth, includeWorkItemRefs: truth },
				answer: request,
			}),
			patch: operation({ body: request, answer: request }),
		},
		[`${pull}/iterations`]: {
			get: operation({ query: { includeCommits: truth }, list: ref('GitPullRequestIteration') }),
		},
		[`${pull}/labels`]: {
			get: operation({ list: ref('WebApiTagDefinition') }),
			post: operation({ body: ref('WebApiTagDefinition'), answer: ref('WebApiTagDefinition') }),
		},
		[`${pull}/labels/{labelIdOrName}`]: { delete: operation({}) },
		[`${pull}/reviewers/{reviewerId}`]: {
			put: operation({ body: ref('IdentityRefWithVote'), answer: ref('IdentityRefWithVote') }),
		},
		[`${pull}/statuses`]: {
			get: operation({ list: ofPull }),
			post: operation({ body: ofPull, answer: ofPull }),
		},
		[`${pull}/threads`]: {
			get: operation({
				query: { $iteration: whole, $baseIteration: whole },
				list: ref('GitPullRequestCommentThread'),
			}),
			post: operation({
				body: ref('GitPullRequestCommentThread'),
				answer: ref('GitPullRequestCommentThread'),
			}),
		},
		[`${pull}/threads/{threadId}/comments/{commentId}`]: {
			patch: operation({ body: ref('Comment'), answer: ref('Comment') }),
		},
		[`${repository}/commits/{commitId}/statuses`]: {
			get: operation({ query: { top: whole, skip: whole, latestOnly: truth }, list: status }),
			post: operation({ body: status, answer: status }),
		},
		[`${api}/git/policy/configurations`]: {
			get: operation({
				query: {
					repositoryId: text,
					refName: text,
					policyType: text,
					$top: whole,
					continuationToken: text,
				},
				list: ref('PolicyConfiguration'),
			}),
		},
		[`${api}/policy/evaluations`]: {
			get: operation({
				from: 'https://learn.microsoft.com/en-us/rest/api/azure/devops/policy/evaluations/list',
				query: { artifactId: text, includeNotApplicable: truth, $top: whole, $skip: whole },
				required: ['artifactId'],
				list: ref('PolicyEvaluationRecord'),
			}),
		},
		'/{organization}/_apis/connectionData': {
			get: operation({
				from: 'azure-devops-node-api: LocationsApi.getConnectionData',
				query: { connectOptions: text },
				answer: ref('ConnectionData'),
			}),
		},
		'/{organization}/_apis/permissions/{securityNamespaceId}/{permissions}': {
			get: operation({
				from: `${security}/permissions/has-permissions`,
				query: { tokens: text, alwaysAllowAdministrators: truth, delimiter: text },
				list: truth,
			}),
		},
		'/{organization}/_apis/accesscontrollists/{securityNamespaceId}': {
			get: operation({
				from: `${security}/access-control-lists/query`,
				query: { token: text, descriptors: text, includeExtendedInfo: truth, recurse: truth },
				list: ref('AccessControlList'),
			}),
		},
		'/{organization}/_apis/identities': {
			get: operation({
				from: 'https://learn.microsoft.com/en-us/rest/api/azure/devops/ims/identities/read-identities',
				query: {
					identityIds: text,
					descriptors: text,
					subjectDescriptors: text,
					searchFilter: text,
					filterValue: text,
					queryMembership: text,
				},
				list: ref('Identity'),
			}),
		},
	};
}
