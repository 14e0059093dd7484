import test from 'ava';
import fc from 'fast-check';
import { bodyLimit, fitBody } from '../../../src/forge/azure/fit-body.ts';

const note = '<!-- spillway:note QUJD -->';
const line = 'x'.repeat(99);
const lines = (count: number): string => Array.from({ length: count }, () => line).join('\n');

test('what fits stays as it is, to the last character', (t) => {
	for (const body of ['', 'short', 'x'.repeat(bodyLimit)]) t.is(fitBody(body), body);
});

test('lines are cut from the end, and marks after them are kept', (t) => {
	const fitted =
		fitBody(`<!-- begin -->\n${lines(100)}\n- [ ] hold <!-- box -->\n${note}\n<!-- end -->`) ?? '';
	t.true(fitted.length <= bodyLimit && fitted.length > bodyLimit - 200, `${fitted.length}`);
	t.true(fitted.startsWith(`<!-- begin -->\n${line}\n`));
	t.true(fitted.endsWith(`${line}\n…\n- [ ] hold <!-- box -->\n${note}\n<!-- end -->`));
});

test('a block of code is left out whole, so that what follows is no code', (t) => {
	const body = `first\n\`\`\`mermaid\n${lines(60)}\n\`\`\`\n${note}`;
	t.is(fitBody(body), `first\n…\n${note}`);
});

test('a mark in a block of code is none', (t) => {
	const body = `first\n~~~\n${note}\n${lines(60)}\n~~~\n`;
	t.is(fitBody(body), 'first\n…');
});

test('marks alone that are too long fit nowhere', (t) => {
	t.is(fitBody(`text\n<!-- ${'x'.repeat(bodyLimit)} -->`), undefined);
});

test('whatever is written, what comes of it fits, has every mark in order and no more than there was', (t) => {
	const part = fc.oneof(
		fc.constantFrom(note, '<!-- begin -->', '- [ ] hold <!-- box -->', ''),
		fc
			.string({ minLength: 1, maxLength: 400, unit: 'grapheme' })
			.map((text) => text.replaceAll(/[\n<~`]/g, '')),
	);
	fc.assert(
		fc.property(fc.array(part, { maxLength: 80 }), (parts) => {
			const fitted = fitBody(parts.join('\n'));
			t.true(fitted !== undefined && fitted.length <= bodyLimit);
			const marks = (text: string): readonly string[] =>
				text.split('\n').filter((each) => each.includes('<!--'));
			t.deepEqual(marks(fitted ?? ''), marks(parts.join('\n')));
			t.deepEqual(fitBody(fitted ?? ''), fitted);
		}),
	);
});
