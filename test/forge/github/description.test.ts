import { readFileSync } from 'node:fs';
import test from 'ava';
import { type ApiRequest, readDescription } from '../../support/openapi-description.ts';
import type { OpenApi } from '../../support/openapi-extract.ts';
import { checkGraphql } from './graphql-check.ts';
import type { GraphqlTypes } from './graphql-types.ts';

const published = JSON.parse(
	readFileSync(new URL('../../cases/github-api.json', import.meta.url), 'utf8'),
) as OpenApi & { readonly graphql: GraphqlTypes };

const check = readDescription(published, [401]);

function request(
	method: string,
	target: string,
	body?: unknown,
	contentType = 'application/json',
): ApiRequest {
	const [path = '', query = ''] = target.split('?');
	return {
		method,
		path,
		query: new URLSearchParams(query),
		contentType,
		...(body === undefined ? {} : { body }),
	};
}

const pulls = '/repos/acme/config/pulls';

for (const [told, asked] of [
	[/no operation GET/, request('GET', '/repos/acme/config/nothing')],
	[/no operation PUT/, request('PUT', pulls, {})],
	[/no parameter colour/, request('GET', `${pulls}?colour=red`)],
	[/pulls\?state: data must be equal to one/, request('GET', `${pulls}?state=merged`)],
	[/pull_number: data must be integer/, request('GET', `${pulls}/abc`)],
	[/body: data must have required property 'head'/, request('POST', pulls, { base: 'main' })],
	[/body: data must NOT have additional/, request('POST', pulls, { base: 'main', head: 'x', colour: 'red' })],
	[/body: data\/draft must be boolean/, request('POST', pulls, { base: 'main', head: 'x', draft: 'no' })],
	[/has no body/, request('POST', pulls)],
	[/takes no body of type text/, request('POST', pulls, { base: 'a', head: 'b' }, 'text/plain')],
] as const) {
	test(`a request that GitHub does not describe is told: ${told.source}`, (t) => {
		t.throws(() => check(asked), { message: told });
	});
}

test('an answer that GitHub does not describe is told, and what it leaves out is filled in', (t) => {
	const call = check(request('PUT', `${pulls}/1/merge`, { sha: 'a' }));
	t.deepEqual(call.answer(200, { sha: 'b', merged: true }), { sha: 'b', merged: true, message: '' });
	t.throws(() => call.answer(200, { sha: 'b', merged: 'yes' }), { message: /data\/merged must be boolean/ });
	t.throws(() => call.answer(200, { sha: 'b', colour: 'red' }), { message: /no colour/ });
	t.throws(() => call.answer(202, {}), { message: /no answer 202/ });
	t.is(call.answer(401, 'x'), 'x');
	t.deepEqual(call.parameters, { owner: 'acme', repo: 'config', pull_number: '1' });
});

for (const [told, query, variables] of [
	[/Mutation has no field x/, 'mutation { x { id } }', {}],
	[/lacks input/, 'mutation { disablePullRequestAutoMerge { clientMutationId } }', {}],
	[/has a wrong selection/, '{ viewer }', {}],
	[/no variable \$x/, '{ viewer { login } }', { x: 1 }],
	[
		/\$input\.pullRequestId is required/,
		'mutation($input: DisablePullRequestAutoMergeInput!) { disablePullRequestAutoMerge(input: $input) { clientMutationId } }',
		{ input: {} },
	],
	[
		/\$input has no field colour/,
		'mutation($input: DisablePullRequestAutoMergeInput!) { disablePullRequestAutoMerge(input: $input) { clientMutationId } }',
		{ input: { pullRequestId: 'a', colour: 'red' } },
	],
	[
		/\$input\.mergeMethod is not of type/,
		'mutation($input: EnablePullRequestAutoMergeInput!) { enablePullRequestAutoMerge(input: $input) { clientMutationId } }',
		{ input: { pullRequestId: 'a', mergeMethod: 'merge' } },
	],
] as const) {
	test(`a GraphQL document that the schema does not allow is told: ${told.source}`, (t) => {
		t.throws(() => checkGraphql(published.graphql, { query, variables }), { message: told });
	});
}
