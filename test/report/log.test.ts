import test from 'ava';
import fc from 'fast-check';
import { createLog, type LogFormat } from '../../src/report/log.ts';
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
		'15:07:41.005 error broken list="a; b c" none=null\n',
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

test('whatever a fact holds, a JSON line is one line, and gives it back', (t) => {
	const { lines, log } = startLog('json');
	fc.assert(
		fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
			lines.length = 0;
			log.warn('failed', { text });
			t.is(lines.length, 1);
			t.regex(lines[0] ?? '', /^.+\n$/);
			t.is(JSON.parse(lines[0] ?? '').text, text);
		}),
	);
});

test('a JSON line is never cut: half an object is none', (t) => {
	const { lines, log } = startLog('json');
	log.info('starting', { text: 'y'.repeat(20_000) });
	t.is(JSON.parse(lines[0] ?? '').text.length, 20_000);
});
