import test from 'ava';
import fc from 'fast-check';
import type { LogFields } from '../../src/model/ports/log.ts';
import { maxLineLength, renderLogLine } from '../../src/report/log-line.ts';

function render(message: string, fields: LogFields = {}): string {
	return renderLogLine({ at: Date.UTC(2025, 5, 15, 9, 12, 3, 7), level: 'warn', message, fields });
}

const values: readonly (readonly [what: string, value: unknown, written: string])[] = [
	['a word', 'emojivoto/emoji', 'emojivoto/emoji'],
	['a number', 250, '250'],
	['a flag', false, 'false'],
	['nothing', null, 'null'],
	['what is not there', undefined, 'undefined'],
	['an empty text', '', '""'],
	['a sentence', 'no patch right', '"no patch right"'],
	['a quotation', 'it said "no"', String.raw`"it said \"no\""`],
	['what looks like another fact', 'x level=error', '"x level=error"'],
	['a list of sentences', ['a', 'b c'], '"a; b c"'],
	['a list of other things', [1, 'b'], String.raw`"[1,\"b\"]"`],
	['a line break', 'a\nwarn forged', String.raw`"a\nwarn forged"`],
	['a carriage return', 'a\rb', String.raw`"a\rb"`],
	['a Unicode line break', 'a\u2028b', String.raw`"a\u2028b"`],
	['an ANSI escape', '\u001b[31mred', String.raw`\u001B[31mred`],
	['an 8-bit ANSI escape', '\u009b31mred', String.raw`\u009B31mred`],
	['a bidirectional override', 'a\u202eb', String.raw`a\u202Eb`],
	['a zero-width space', 'a\u200bb', String.raw`a\u200Bb`],
];

for (const [what, value, written] of values) {
	test(`a fact that is ${what} stays one word of the line`, (t) => {
		t.is(
			render('failed', { value, next: 1 }).toUpperCase(),
			`09:12:03.007 WARN  FAILED VALUE=${written.toUpperCase()} NEXT=1\n`,
		);
	});
}

test('a message is made safe as well', (t) => {
	t.is(render('a\n\u001b[2Jb'), '09:12:03.007 warn  a\\u000A\\u001B[2Jb\n');
});

test('whatever a fact holds, it is one line that obeys nothing', (t) => {
	const anything = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.jsonValue());
	fc.assert(
		fc.property(anything, (value) => {
			t.regex(render('failed', { value }), /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+\n$/u);
		}),
	);
});

for (const [what, character] of [
	['letters', 'y'],
	['escapes', '\u001b'],
	['emoji', '🦊'],
] as const) {
	test(`a line of ${what} is cut where it is too long to be read`, (t) => {
		const characters = [...render('x', { a: character.repeat(100_000) }).trimEnd()];
		t.is(characters.length, maxLineLength);
		t.is(characters.at(-1), '…');
	});
}

test('a line that just fits is whole', (t) => {
	const room = maxLineLength - render('x', { a: 'y' }).length + 2;
	t.is(render('x', { a: 'y'.repeat(room) }), `09:12:03.007 warn  x a=${'y'.repeat(room)}\n`);
	t.regex(render('x', { a: 'y'.repeat(room + 1) }), /y…\n$/);
});
