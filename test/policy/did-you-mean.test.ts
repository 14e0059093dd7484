import test from 'ava';
import fc from 'fast-check';
import { adviseName, countEdits, suggestName } from '../../src/policy/did-you-mean.ts';

const names = ['service', 'tier', 'weight', 'origin'];

for (const [written, meant] of Object.entries({
	tierr: 'tier',
	wieght: 'weight',
	Tier: 'tier',
	orgin: 'origin',
})) {
	test(`${written} probably means ${meant}`, (t) => t.is(suggestName(written, names), meant));
}

test('a name that is far from all means none of them', (t) => {
	for (const written of ['', 'x', 'tie-breaker', 'constructor', 'x'.repeat(100_000)]) {
		t.is(adviseName(written, names), undefined, written.slice(0, 20));
	}
});

test('the nearest of several is suggested', (t) => {
	t.is(suggestName('failove', ['failback', 'failover']), 'failover');
});

test('edits are symmetric, and none only between equals', (t) => {
	const text = fc.string({ maxLength: 6 });
	fc.assert(
		fc.property(text, text, (a, b) => {
			t.is(countEdits(a, b), countEdits(b, a));
			t.is(countEdits(a, b) === 0, a === b);
		}),
	);
});
