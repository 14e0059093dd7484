import test from 'ava';
import fc from 'fast-check';
import { isOlderVersion, newerVersion } from '../../src/model/resource-version.ts';

test('F-018 versions compare as integers of any length', (t) => {
	const version = fc.bigInt({ min: 0n, max: 10n ** 80n });
	fc.assert(
		fc.property(version, version, (a, b) => {
			t.is(isOlderVersion(String(a), String(b)), a < b);
			t.is(newerVersion(String(a), String(b)), String(a > b ? a : b));
		}),
	);
});

for (const [a, b] of [
	['abc', '7'],
	['7', 'abc'],
	['', '7'],
	['007', '8'],
	['-1', '8'],
	['1.5', '8'],
] as const) {
	test(`F-018 between ${JSON.stringify(a)} and ${JSON.stringify(b)} neither is older, and the new one counts`, (t) => {
		t.false(isOlderVersion(a, b));
		t.is(newerVersion(a, b), b);
	});
}

test('the first version seen is the newest', (t) => {
	t.is(newerVersion(undefined, '7'), '7');
});
