import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { ProblemError } from '../../../src/model/problem.ts';
import { openMirror } from '../../support/git-mirror.ts';
import { createFolder } from '../../support/git-remote.ts';

async function openWith(t: ExecutionContext, version: string): Promise<unknown> {
	const folder = await createFolder(t);
	await writeFile(join(folder, 'git'), `#!/bin/sh\necho '${version}'\n`, { mode: 0o755 });
	return openMirror(t, 'https://git.example.com/config', { environment: { PATH: folder } });
}

for (const version of ['git version 2.34.0', 'git version 2.39.5 (Apple Git-154)', 'git version 3.0.0.rc1']) {
	test(`${version} will do`, async (t) => {
		await t.notThrowsAsync(openWith(t, version));
	});
}

for (const version of ['git version 2.33.8', 'git version 1.99.0']) {
	test(`${version} is too old: E_GIT_MISSING`, async (t) => {
		const error = await t.throwsAsync(openWith(t, version), { instanceOf: ProblemError });
		t.like(error?.problem, {
			code: 'E_GIT_MISSING',
			message: 'git is too old',
			got: version.replace('git version ', ''),
			expected: '2.34 or newer',
		});
	});
}

test('no git at all, or something else by that name, is E_GIT_MISSING', async (t) => {
	const environment = { PATH: await createFolder(t) };
	const missing = await t.throwsAsync(openMirror(t, 'https://h/r', { environment }), {
		instanceOf: ProblemError,
	});
	t.like(missing?.problem, { code: 'E_GIT_MISSING', message: 'cannot run git: spawn git ENOENT' });
	const other = await t.throwsAsync(openWith(t, 'hello'), { instanceOf: ProblemError });
	t.is(other?.problem.code, 'E_GIT_MISSING');
});
