import test from 'ava';
import fc from 'fast-check';
import { createPullRequestText } from '../../../src/plan/pull-request/text.ts';
import { hostileText } from '../../support/hostile-text.ts';
import { aNote, aPullRequestChange, somePullRequestFacts } from '../../support/pull-request-samples.ts';

const text = createPullRequestText();
const facts = somePullRequestFacts();
const other = somePullRequestFacts([aPullRequestChange({ namespace: 'billing' })]);
const rewrite = (existing?: string): string => text.body(facts, aNote(facts), existing);
const ours = rewrite();
const [begin, end] = ['<!-- spillway:begin -->', '<!-- spillway:end -->'];

test('what people wrote above and below stays, byte for byte', (t) => {
	const existing = text.body(other, aNote(other));
	const [above, below] = [
		'@carol, look at **this**.\r\n\r\n- [x] seen',
		'Checked by Dan.\r\n\r\n```\ncode\n```',
	];
	t.is(rewrite(`${above}\r\n\r\n${existing}\r\n${below}`), `${above}\n\n${ours}\n\n${below}`);
	t.is(rewrite(existing), ours);
});

test('a body that was never ours stays below ours', (t) => {
	t.is(rewrite('Please review.'), `${ours}\n\nPlease review.`);
	t.is(rewrite(' \n'), ours);
});

test('where the end mark is lost, ours is put at the top, and theirs is kept below once', (t) => {
	const broken = `Hello\n\n${ours.replace(end, '')}\n\nWorld`;
	const mended = rewrite(broken);
	t.true(mended.startsWith(`${ours}\n\nHello`));
	t.true(mended.endsWith('World'));
	t.is(mended.split('Timers').length, 2);
	t.is(rewrite(mended), mended);
});

test('where the begin mark is lost, what was ours cannot be told from theirs, and is kept once', (t) => {
	const mended = rewrite(`Hello\n\n${ours.replace(begin, '')}`);
	t.is(mended.split('Timers').length, 3);
	t.is(mended.split('spillway:').length, ours.split('spillway:').length);
	t.is(rewrite(mended), mended);
});

test('two of ours become one', (t) => {
	t.is(rewrite(`${ours}\n\nBetween\n\n${ours}`), `${ours}\n\nBetween`);
});

test('marks that come to light when others are taken away go as well', (t) => {
	const mended = rewrite(`a <!-- spillway:<!-- spillway:end -->end --> b`);
	t.is(mended, `${ours}\n\na  b`);
});

const marks = fc.constantFrom(
	begin,
	end,
	'<!-- spillway:note AAAA -->',
	'<!-- spillway:',
	'-->',
	ours,
	'\n\n',
	'x',
);
const damaged = fc
	.array(fc.oneof(marks, hostileText), { maxLength: 6 })
	.map((parts) => parts.join(''))
	.chain((whole) => fc.tuple(fc.constant(whole), fc.nat(whole.length), fc.nat(200)))
	.map(([whole, at, cut]) => whole.slice(0, at) + whole.slice(at + cut));

test('whatever became of a body, it does not grow by being rewritten', (t) => {
	t.notThrows(() =>
		fc.assert(
			fc.property(damaged, (existing) => {
				const once = rewrite(existing);
				return rewrite(once) === once && once.includes(ours);
			}),
			{ numRuns: 300 },
		),
	);
});

test('a body has at most 60 KiB, however much people wrote', (t) => {
	for (const theirs of ['x'.repeat(100_000), '€'.repeat(30_000), 'a\n'.repeat(40_000)]) {
		for (const existing of [theirs, `${theirs}\n${ours}`, `${theirs}\n${ours}\n${theirs}`]) {
			const body = rewrite(existing);
			t.true(Buffer.byteLength(body) <= 60 * 1024);
			t.truthy(text.readNote(body));
			t.is(rewrite(body), body);
			t.false(body.includes('\uFFFD'));
		}
	}
});
