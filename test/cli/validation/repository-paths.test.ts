import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { isBelow, renameFiles, repositoryPaths } from '../../../src/cli/validation/repository-paths.ts';
import { anError, at, foundIn } from '../../support/findings.ts';
import { makeFolder } from '../../support/temporary-folder.ts';

/** A repository with a folder in it, beside a folder that is in none. */
async function makeTree(t: ExecutionContext) {
	const top = await makeFolder(t);
	const repository = join(top, 'repository');
	const config = join(repository, 'config');
	const outside = join(top, 'outside');
	for (const folder of [join(repository, '.git'), config, outside]) await mkdir(folder, { recursive: true });
	return { top, repository, config, outside };
}

test('paths are told from the top of the repository, wherever in it Spillway runs', async (t) => {
	const { repository, config } = await makeTree(t);
	t.is(repositoryPaths(repository)('config/policies/web.yaml'), 'config/policies/web.yaml');
	t.is(repositoryPaths(config)('policies/web.yaml'), 'config/policies/web.yaml');
	t.is(repositoryPaths(config)('./policies/../web.yaml'), 'config/web.yaml');
	t.is(repositoryPaths(config)('../web.yaml'), 'web.yaml');
	t.is(repositoryPaths(config)(join(repository, '..web.yaml')), '..web.yaml');
});

test('a file of another repository is told from the top of that one', async (t) => {
	const { config, outside } = await makeTree(t);
	t.is(repositoryPaths(outside)(join(config, 'web.yaml')), 'config/web.yaml');
});

test('a submodule or linked work tree, whose .git is a file, is a repository too', async (t) => {
	const { outside } = await makeTree(t);
	await writeFile(join(outside, '.git'), 'gitdir: elsewhere\n');
	t.is(repositoryPaths(outside)('web.yaml'), 'web.yaml');
	t.is(repositoryPaths('/')(join(outside, 'web.yaml')), 'web.yaml');
});

test('a submodule below the repository is told from the top of the outer one', async (t) => {
	const { repository, config } = await makeTree(t);
	await writeFile(join(config, '.git'), 'gitdir: ../.git/modules/config\n');
	t.is(repositoryPaths(repository)('config/web.yaml'), 'config/web.yaml');
});

test('without a repository paths are told from the working folder, and absolutely outside of it', async (t) => {
	const { top, outside } = await makeTree(t);
	t.is(repositoryPaths(outside)('policies/web.yaml'), 'policies/web.yaml');
	t.is(repositoryPaths(outside)('../web.yaml'), join(top, 'web.yaml'));
});

for (const [path, folder, expected] of [
	['a/b', 'a', true],
	['a', 'a', false],
	['b', 'a', false],
	['..a', '.', true],
	['..a/b', '.', true],
	['../a', '.', false],
	['..', '.', false],
] as const) {
	test(`${path} is ${expected ? '' : 'not '}below ${folder}`, (t) => {
		t.is(isBelow(path, folder), expected);
	});
}

test('files are renamed wherever problems name them, and nothing else is', (t) => {
	const findings = foundIn(
		[
			anError(at('a.yaml', 2, 3)),
			anError({ kind: 'named', name: 'b.yaml' }),
			anError({ kind: 'named', name: 'east' }),
		],
		'b.yaml',
	);
	const { files, policies, problems } = renameFiles(findings, (path) => `config/${path}`);
	t.deepEqual([files, policies], [['config/a.yaml', 'config/b.yaml'], 1]);
	t.deepEqual(
		problems.map(({ where }) => where),
		[at('config/a.yaml', 2, 3), { kind: 'named', name: 'config/b.yaml' }, { kind: 'named', name: 'east' }],
	);
});
