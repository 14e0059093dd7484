import test from 'ava';
import fc from 'fast-check';
import { createLog, type LogFormat } from '../../src/report/log.ts';
import { maxLineLength, renderLogLine } from '../../src/report/log-line.ts';
import { createVirtualClock } from '../../src/simulator/virtual-clock.ts';

function startLog(format: LogFormat) {
	const clock = createVirtualClock();
	const lines: string[] = [];
	return { clock, lines, log: createLog({ format, clock, write: (line) => lines.push(line) }) };
}

test('a text line has the time, the level, the message and the facts', async (t) => {
	const { clock, lines, log } = startLog('text');
	log.info('starting');
	await clock.advance(61_005);
	log.warn('failed', { policy: 'emojivoto/emoji', retryInMs: 250, reason: 'it said "no"' });
	log.error('broken', { list: ['a', 'b c'], none: null });
	t.deepEqual(lines, [
		'15:06:40.000 info  starting\n',
		'15:07:41.005 warn  failed policy=emojivoto/emoji retryInMs=250 reason="it said \\"no\\""\n',
		'15:07:41.005 error broken list="[\\"a\\",\\"b c\\"]" none=null\n',
	]);
});

test('a JSON line is one object with the clock’s time', async (t) => {
	const { clock, lines, log } = startLog('json');
	await clock.advance(1);
	log.info('starting', { repo: 'https://git.example/x', writes: true });
	log.warn('careful');
	log.error('broken');
	t.deepEqual(
		lines.map((line) => JSON.parse(line)),
		[
			{
				level: 'info',
				time: '2025-06-15T15:06:40.001Z',
				repo: 'https://git.example/x',
				writes: true,
				message: 'starting',
			},
			{ level: 'warn', time: '2025-06-15T15:06:40.001Z', message: 'careful' },
			{ level: 'error', time: '2025-06-15T15:06:40.001Z', message: 'broken' },
		],
	);
});

for (const format of ['text', 'json'] as const) {
	test(`whatever a fact holds, it is one line of ${format} without a control character`, (t) => {
		const { lines, log } = startLog(format);
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.jsonValue(), (text, value) => {
				lines.length = 0;
				log.warn('failed', { text, value });
				t.is(lines.length, 1);
				t.regex(lines[0] ?? '', /^[^\p{Cc}]+\n$/u);
				if (format === 'json') t.is(JSON.parse(lines[0] ?? '').text, text);
			}),
		);
	});
}

test('an ANSI escape and a bidirectional override are shown, not obeyed', (t) => {
	const line = renderLogLine({ at: 0, level: 'warn', message: 'x', fields: { a: '\u001b[31m\u202e' } });
	t.is(line, '00:00:00.000 warn  x a=\\u001B[31m\\u202E\n');
});

test('a line is cut where it is too long to be read', (t) => {
	const line = renderLogLine({ at: 0, level: 'info', message: 'x', fields: { a: 'y'.repeat(1e6) } });
	t.is(line.length, maxLineLength + 1);
	t.true(line.endsWith('…\n'));
});
