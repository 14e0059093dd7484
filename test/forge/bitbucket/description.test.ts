import { readFileSync } from 'node:fs';
import test from 'ava';
import type { OpenApi } from '../../support/openapi-extract.ts';
import { otherRoutes } from './bitbucket-other-routes.ts';
import { pullRoutes } from './bitbucket-pull-routes.ts';

const published = JSON.parse(
	readFileSync(new URL('../../cases/bitbucket-api.json', import.meta.url), 'utf8'),
) as OpenApi;

test('the fake Bitbucket has every operation that is described, and no other', (t) => {
	const described = Object.entries(published.paths).flatMap(([path, item]) =>
		Object.keys(item)
			.filter((method) => method !== 'parameters')
			.map((method) => `${method} ${path}`),
	);
	t.deepEqual(described.sort(), Object.keys({ ...pullRoutes, ...otherRoutes }).sort());
});
