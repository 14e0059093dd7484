import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import { sight } from '../../../src/cli/demo/sightings.ts';
import { createTimeline, formatSeconds, type Screen, wrap } from '../../../src/cli/demo/timeline.ts';

function startTimeline(screen: Screen, color: boolean = false) {
	const written: string[] = [];
	const terminal = {
		out: (text: string) => written.push(text),
		err: () => undefined,
		env: {},
		color,
		signal: new AbortController().signal,
	};
	return { timeline: createTimeline(terminal, screen), written };
}

/** What a terminal shows in the end, where every line that is drawn over ends with a clean one. */
function show(written: readonly string[]): string {
	return written
		.join('')
		.split('\n')
		.map((line) => stripVTControlCharacters(line.split('\x1b[2K').at(-1) ?? ''))
		.join('\n');
}

test('without a screen a step is one line, once it is over, with the time its sighting took', async (t) => {
	const { timeline, written } = startTimeline({});
	const at = 5_000;
	const seen = await timeline.step('live weights are 0/1', async () => ({ value: 'seen', at }), at - 1_234);
	t.deepEqual(seen, { value: 'seen', at });
	t.deepEqual(written, ['  ✔  1.23s  live weights are 0/1\n']);
});

test('a step that fails says so, and throws the error', async (t) => {
	const { timeline, written } = startTimeline({});
	const failing = timeline.step('live weights are 0/1', () => Promise.reject(new Error('never seen')));
	await t.throwsAsync(failing, { message: 'never seen' });
	t.regex(written.join(''), /^ {2}✘ +\d+\.\d\ds {2}live weights are 0\/1\n$/);
});

test('on a screen a step is a live line, cut to the width, until it settles', async (t) => {
	const { timeline, written } = startTimeline({ isTTY: true, columns: 40 });
	const title = 'a title that is much longer than forty columns';
	let during = '';
	await timeline.step(title, () => {
		during = show(written);
		timeline.quote('Spillway', ['wait']);
		return Promise.resolve(sight(undefined));
	});
	t.regex(during, /^ {2}⠋ +\d\.\d\ds {2}a title that is much longer$/);
	t.regex(
		show(written),
		/^ {12}Spillway: wait\n {2}✔ +\d\.\d\ds {2}a title that is much longer\n {12}than forty columns\n$/,
	);
	const count = written.length;
	await new Promise((resolve) => setTimeout(resolve, 100));
	t.is(written.length, count, 'nothing is drawn any more');
});

test('what a command prints stands below it as it is, and knows how wide it may be', (t) => {
	const { timeline, written } = startTimeline({ columns: 80 });
	timeline.command('spillway trace shop/web');
	timeline.output('✔ policy    shop/web\n            Active\n');
	t.is(written.join(''), '  $ spillway trace shop/web\n  ✔ policy    shop/web\n              Active\n');
	t.is(timeline.outputColumns(), 78);
	t.is(startTimeline({ columns: 300 }).timeline.outputColumns(), 98, 'as wide as all else');
});

test('a text that somebody else wrote stands in a frame, wrapped', (t) => {
	const { timeline, written } = startTimeline({ columns: 40 });
	timeline.deed('ada merges #1');
	timeline.note('a title that is longer than the line');
	timeline.document('**web** is unhealthy, so all of it goes\n\n- Merge');
	t.deepEqual(written.join('').split('\n'), [
		'  ada merges #1',
		'            a title that is longer than',
		'            the line',
		'            │ web is unhealthy, so all',
		'            │ of it goes',
		'            │',
		'            │ • Merge',
		'',
	]);
});

test('colours stand only where the terminal takes them', async (t) => {
	for (const color of [false, true]) {
		const { timeline, written } = startTimeline({}, color);
		timeline.heading('Setting up');
		timeline.command('git push');
		timeline.line('+ weight: 1', 'green');
		await timeline.step('pushed', async () => sight(undefined));
		t.is(written.join('').includes('\x1b['), color);
	}
});

test('sayings stand one below the other, and wrap below themselves', (t) => {
	const { timeline, written } = startTimeline({ columns: 40 });
	timeline.quote('Spillway', ['emoji-svc is unhealthy', 'tier 1']);
	t.is(
		written.join(''),
		['Spillway: emoji-svc is', '          unhealthy', '          tier 1', '']
			.map((line) => (line === '' ? '' : `${' '.repeat(12)}${line}`))
			.join('\n'),
	);
});

const wrappings: readonly (readonly [string, number, readonly string[]])[] = [
	['', 5, ['']],
	['one two', 7, ['one two']],
	['one two', 6, ['one', 'two']],
	['a/very/long/path b', 4, ['a/very/long/path', 'b']],
];

for (const [text, width, lines] of wrappings) {
	test(`"${text}" in ${width} columns has ${lines.length} lines`, (t) =>
		t.deepEqual(wrap(text, width), lines));
}

test('seconds stand in six columns', (t) => {
	t.deepEqual([0, 1_234, 15_000].map(formatSeconds), [' 0.00s', ' 1.23s', '15.00s']);
});
