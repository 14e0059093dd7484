import test from 'ava';
import { isSameRepository, isWithin, plainFolder } from '../../../src/deliver/syncer/same-repository.ts';

const same: readonly (readonly [string, string])[] = [
	['https://git.example/shop/config.git', 'https://git.example/shop/config'],
	['https://git.example/shop/config', 'ssh://git@git.example/shop/config.git'],
	['git@git.example:shop/config.git', 'https://bot@GIT.example:443/shop/config/'],
	['ssh://git@git.example:2222/shop/config', 'git@git.example:shop/config'],
	['file:///srv/config.git', 'file:///srv/config'],
	['/srv/config.git', 'file:///srv/config'],
];

for (const [a, b] of same) {
	test(`${a} and ${b} are one repository`, (t) => {
		t.true(isSameRepository(a, b));
		t.true(isSameRepository(b, a));
	});
}

test('another host, another path and another case of the path are other repositories', (t) => {
	t.false(isSameRepository('https://git.example/shop/config', 'https://git.test/shop/config'));
	t.false(isSameRepository('https://git.example/shop/config', 'https://git.example/shop/config2'));
	t.false(isSameRepository('https://git.example/Shop/config', 'git@git.example:shop/config'));
});

test('folders are compared by whole names', (t) => {
	t.is(plainFolder('./clusters//east/'), 'clusters/east');
	t.is(plainFolder('./'), '');
	t.true(isWithin('clusters/east', ''));
	t.true(isWithin('clusters/east', 'clusters'));
	t.true(isWithin('clusters/east', 'clusters/east'));
	t.false(isWithin('clusters/east', 'clusters/ea'));
});
