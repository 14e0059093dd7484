import test from 'ava';
import fc from 'fast-check';
import { createLineSplitter, MalformedLineError } from '../../src/kubernetes/watch-lines.ts';

function splitAll(chunks: readonly Uint8Array[], limit?: number): string[] {
	const splitter = createLineSplitter(limit);
	const lines = chunks.flatMap((chunk) => splitter.push(chunk));
	splitter.end();
	return lines;
}

function cutAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
	const ends = [...new Set([...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort(
		(a, b) => a - b,
	);
	return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

test('F-007 the same lines come out however the bytes are chunked', (t) => {
	const line = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => /^[^\n]*\S[^\n]*$/.test(text));
	fc.assert(
		fc.property(fc.array(line), fc.array(fc.nat()), (lines, cuts) => {
			const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
			t.deepEqual(splitAll(cutAt(bytes, cuts)), lines);
		}),
	);
});

test('F-007 one byte per chunk keeps every character whole', (t) => {
	const bytes = Buffer.from('{"name":"Grüße 🌊"}\n{"name":"日本"}\n');
	const chunks = [...bytes].map((byte) => Uint8Array.of(byte));
	t.deepEqual(splitAll(chunks), ['{"name":"Grüße 🌊"}', '{"name":"日本"}']);
});

test('blank lines are left out', (t) => {
	t.deepEqual(splitAll([Buffer.from('\n{}\n\r\n \n[]\n')]), ['{}', '[]']);
});

test('F-008 a line at the limit passes, one byte more is refused, in one chunk or many', (t) => {
	t.deepEqual(splitAll([Buffer.from('12345678\n')], 8), ['12345678']);
	t.throws(() => splitAll([Buffer.from('123456789\n')], 8), { instanceOf: MalformedLineError });
	const endless = Array.from({ length: 100 }, () => Buffer.from('123'));
	t.throws(() => splitAll(endless, 8), { instanceOf: MalformedLineError, message: 'a line of over 8 bytes' });
});

test('F-008 an object of 1.5 MB passes', (t) => {
	const large = JSON.stringify({ data: 'x'.repeat(1_500_000) });
	t.deepEqual(splitAll(cutAt(Buffer.from(`${large}\n`), [65_536, 700_000, 1_400_000])), [large]);
});

test('a stream that ends within a line is malformed', (t) => {
	t.throws(() => splitAll([Buffer.from('{}\n{"type"')]), { instanceOf: MalformedLineError });
});

test('a line that is not UTF-8 is malformed', (t) => {
	t.throws(() => splitAll([Uint8Array.of(0x22, 0xff, 0x22, 0x0a)]), { instanceOf: MalformedLineError });
});
