/**
 * Makes test/cases/github-api.json: what GitHub publishes about the operations that Spillway uses, facts alone.
 *
 *     npm pack @octokit/openapi@23.0.2 @octokit/graphql-schema@15.26.1   # in a folder of its own; unpack both
 *     node test/forge/github/extract-api.ts api.github.com.json schema.json
 *
 * The packages are too large (385 MB) to be dependencies.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { extractDescription, type OpenApi } from '../../support/openapi-extract.ts';
import { extractGraphqlTypes, type Introspection } from './graphql-types.ts';

const repository = '/repos/{owner}/{repo}';

const operations = [
	`get ${repository}`,
	`get ${repository}/branches/{branch}`,
	`get ${repository}/branches/{branch}/protection`,
	`get ${repository}/collaborators/{username}/permission`,
	`get ${repository}/commits/{ref}/check-runs`,
	`get ${repository}/commits/{ref}/status`,
	`get ${repository}/issues/{issue_number}/comments`,
	`get ${repository}/issues/{issue_number}/events`,
	`get ${repository}/pulls`,
	`get ${repository}/pulls/{pull_number}`,
	`get ${repository}/pulls/{pull_number}/files`,
	`get ${repository}/rules/branches/{branch}`,
	`delete ${repository}/issues/{issue_number}/labels/{name}`,
	`patch ${repository}/issues/comments/{comment_id}`,
	`patch ${repository}/pulls/{pull_number}`,
	`post ${repository}/issues/{issue_number}/comments`,
	`post ${repository}/issues/{issue_number}/labels`,
	`post ${repository}/pulls`,
	`post ${repository}/pulls/{pull_number}/requested_reviewers`,
	`post ${repository}/pulls/{pull_number}/reviews`,
	`post ${repository}/statuses/{sha}`,
	`put ${repository}/pulls/{pull_number}/merge`,
	'post /app/installations/{installation_id}/access_tokens',
];

const [rest = '', graphql = ''] = process.argv.slice(2);
const description = extractDescription(JSON.parse(readFileSync(rest, 'utf8')) as OpenApi, operations);
const types = extractGraphqlTypes(JSON.parse(readFileSync(graphql, 'utf8')) as Introspection);
const made = {
	from: '@octokit/openapi 23.0.2, @octokit/graphql-schema 15.26.1',
	...description,
	graphql: types,
};
writeFileSync(
	new URL('../../cases/github-api.json', import.meta.url),
	`${JSON.stringify(made, null, '\t')}\n`,
);
