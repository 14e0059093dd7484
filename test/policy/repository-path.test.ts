import test from 'ava';
import { checkRepositoryPath } from '../../src/policy/repository-path.ts';

for (const path of ['policies', 'clusters/east', 'a/b/c.d', '.github', 'x.git', '.gitops/east', '..a/b..']) {
	test(`${path} is a folder of the repository`, (t) => t.is(checkRepositoryPath(path), undefined));
}

for (const path of [
	'',
	'/',
	'/etc',
	'..',
	'../a',
	'a/../b',
	'a/..',
	'.',
	'./a',
	'a/',
	'a//b',
	'a\\b',
	'.git',
	'a/.GIT/b',
	'.Git/x',
]) {
	test(`"${path}" is not`, (t) =>
		t.like(checkRepositoryPath(path), { code: 'E_PATH', got: JSON.stringify(path).replace('\\\\', '\\') }));
}
