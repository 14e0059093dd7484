import { readFileSync } from 'node:fs';
import test from 'ava';
import { readDescription } from '../../support/openapi-description.ts';
import type { OpenApi } from '../../support/openapi-extract.ts';
import { otherRoutes } from './azure-other-routes.ts';
import { pullRoutes } from './azure-pull-routes.ts';

const published = JSON.parse(
	readFileSync(new URL('../../cases/azure-api.json', import.meta.url), 'utf8'),
) as OpenApi;

test('the fake Azure DevOps has every operation that is described, and no other', (t) => {
	const described = Object.entries(published.paths).flatMap(([path, item]) =>
		Object.keys(item).map((method) => `${method} ${path}`),
	);
	t.deepEqual(described.sort(), Object.keys({ ...pullRoutes, ...otherRoutes }).sort());
});

const pulls = '/acme/p/_apis/git/repositories/config/pullRequests';

for (const [told, method, target, body] of [
	[/lacks its parameter api-version/, 'GET', pulls, undefined],
	[
		/no parameter searchCriteria.colour/,
		'GET',
		`${pulls}?api-version=7.1&searchCriteria.colour=red`,
		undefined,
	],
	[/must be equal to one/, 'GET', `${pulls}?api-version=7.1&searchCriteria.status=open`, undefined],
	[/must NOT have additional/, 'POST', `${pulls}?api-version=7.1`, { colour: 'red' }],
	[/status must be equal to one/, 'PATCH', `${pulls}/1?api-version=7.1`, { status: 'merged' }],
] as const) {
	test(`a request that Azure does not describe is told: ${told.source}`, (t) => {
		const check = readDescription(published, []);
		const [path = '', query = ''] = target.split('?');
		const request = { method, path, query: new URLSearchParams(query), contentType: 'application/json' };
		t.throws(() => check(body === undefined ? request : { ...request, body }), { message: told });
	});
}
