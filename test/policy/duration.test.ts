import test from 'ava';
import fc from 'fast-check';
import { formatDuration } from '../../src/model/time.ts';
import { maxDuration, readDuration } from '../../src/policy/duration.ts';

for (const [text, span] of Object.entries({
	'0s': 0,
	'10s': 10_000,
	'1m30s': 90_000,
	'250ms': 250,
	'2h': 7_200_000,
	'1h0m5s': 3_605_000,
	'90m': 5_400_000,
	'24h': maxDuration,
})) {
	test(`${text} is ${span} ms`, (t) => t.is(readDuration(text, 0), span));
}

for (const text of ['', '-', '10', '1.5s', '10 s', '30s1m', '1m1m', 's', '10S', '1d', '+5s', '٣s', 'soon']) {
	test(`"${text}" is no duration`, (t) => t.like(readDuration(text, 0), { code: 'E_DURATION' }));
}

for (const text of ['-5s', '-0s', '24h1ms', '900h', `${'9'.repeat(400)}h`]) {
	test(`${text.slice(0, 20)} is out of range`, (t) => t.like(readDuration(text, 0), { code: 'E_RANGE' }));
}

test('0s is out of range where a span must be longer', (t) => {
	t.like(readDuration('0s', 1), { code: 'E_RANGE', expected: 'more than 0s to 24h' });
	t.is(readDuration('1ms', 1), 1);
});

test('a bare number is told with its unit', (t) => {
	t.like(readDuration('30', 0), { remedy: 'write 30s' });
});

test('every span up to the cap reads back as it is written', (t) => {
	fc.assert(
		fc.property(fc.integer({ min: 0, max: maxDuration }), (span) => {
			t.is(readDuration(formatDuration(span), 0), span);
		}),
	);
});
