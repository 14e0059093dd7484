import type { Instant, Milliseconds } from '../../model/time.ts';
import { systemClock } from '../system-clock.ts';
import { paint, type Style, type Terminal } from '../terminal.ts';
import { renderMarkdown } from './markdown/render.ts';
import type { Sighting } from './sightings.ts';

/** Where the timeline is drawn. */
export interface Screen {
	/** Whether a line can be drawn over. */
	readonly isTTY?: boolean;
	readonly columns?: number;
}

/** The story on the terminal, line by line; on a screen the step under way is a live line. */
export interface Timeline {
	heading(text: string): void;
	/** A paragraph, wrapped. */
	text(text: string): void;
	/** What somebody types. */
	command(text: string): void;
	/** Who says what about the step above, one thing after the other, wrapped. */
	quote(who: string, sayings: readonly string[]): void;
	/** A line as it is, below the step above. */
	line(text: string, style?: Style): void;
	/** What somebody does other than by a command. */
	deed(text: string): void;
	/** A line below the step above, wrapped. */
	note(text: string, style?: Style): void;
	/** A text in Markdown, rendered, below the step above. */
	document(markdown: string): void;
	/** What a command prints, as it is, below the command. */
	output(text: string): void;
	/** How many columns what a command prints may have. */
	outputColumns(): number;
	/**
	 * Shows `title` while `work` is under way, and how long it took: from `since` (default: now) until the
	 * instant it returns. Returns what it returns; what it throws marks the step as failed.
	 */
	step<T>(title: string, work: () => Promise<Sighting<T>>, since?: Instant): Promise<Sighting<T>>;
}

/** Longer lines are hard to read, however wide the screen. */
const maxColumns = 100;

/** As wide as `  ✔ 12.34s  `. */
const gutter: string = ' '.repeat(12);

/** Before what people type, and what is printed then. */
const margin = '  ';

/** Before each line of a text that somebody else wrote. */
const frame = '│ ';

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const;
const frameTime: Milliseconds = 80;

export function createTimeline(terminal: Terminal, screen: Screen): Timeline {
	const liveLine = createLiveLine(terminal, screen);
	const width = (): number => Math.min(screen.columns ?? maxColumns, maxColumns);
	const print = (text: string): void => liveLine.above(() => terminal.out(`${text}\n`));
	const settle = (mark: string, style: Style, time: Milliseconds, title: string): void => {
		const [first = '', ...rest] = wrap(title, width() - gutter.length);
		const took = paint(terminal, 'dim', formatSeconds(time));
		print(`  ${paint(terminal, style, mark)} ${took}  ${first}`);
		for (const line of rest) print(`${gutter}${line}`);
	};

	return {
		heading: (text) => print(`\n${paint(terminal, 'bold', text)}`),
		text: (text) => {
			print(['', ...wrap(text, width())].join('\n'));
		},
		command: (text) => print(`${margin}${paint(terminal, 'cyan', `$ ${text}`)}`),
		quote: (who, sayings) => {
			const indent = ' '.repeat(who.length + 2);
			const lines = sayings.flatMap((saying) => wrap(saying, width() - gutter.length - indent.length));
			for (const [index, line] of lines.entries()) {
				print(gutter + paint(terminal, 'dim', (index === 0 ? `${who}: ` : indent) + line));
			}
		},
		deed: (text) => print(`${margin}${paint(terminal, 'cyan', text)}`),
		note(text, style) {
			for (const line of wrap(text, width() - gutter.length)) {
				print(gutter + (style === undefined ? line : paint(terminal, style, line)));
			}
		},
		document(markdown) {
			const options = { width: width() - gutter.length - frame.length, color: terminal.color };
			for (const line of renderMarkdown(markdown, options)) {
				print(gutter + paint(terminal, 'dim', line === '' ? frame.trim() : frame) + line);
			}
		},
		output(text) {
			for (const line of text.trimEnd().split('\n')) print(`${margin}${line}`);
		},
		outputColumns: () => width() - margin.length,
		line: (text, style) => print(gutter + (style === undefined ? text : paint(terminal, style, text))),
		async step(title, work, since = systemClock.now()) {
			liveLine.start(title, since);
			try {
				const sighting = await work();
				liveLine.stop();
				settle('✔', 'green', sighting.at - since, title);
				return sighting;
			} catch (error) {
				liveLine.stop();
				settle('✘', 'red', systemClock.now() - since, title);
				throw error;
			}
		},
	};
}

interface LiveLine {
	start(title: string, since: Instant): void;
	stop(): void;
	/** Lets something else be written, above the line. */
	above(write: () => void): void;
}

/** Does nothing where a line cannot be drawn over. */
function createLiveLine(terminal: Terminal, screen: Screen): LiveLine {
	let timer: NodeJS.Timeout | undefined;
	let draw = (): void => undefined;
	const clear = (): void => {
		if (timer !== undefined) terminal.out('\r\x1b[2K');
	};

	return {
		start(title, since) {
			if (screen.isTTY !== true) return;
			draw = () => {
				const elapsed = systemClock.now() - since;
				const frame = frames[Math.floor(elapsed / frameTime) % frames.length] ?? frames[0];
				const cut = title.slice(0, (screen.columns ?? maxColumns) - gutter.length - 1);
				const time = paint(terminal, 'dim', formatSeconds(elapsed));
				terminal.out(
					`\r\x1b[2K  ${paint(terminal, 'yellow', frame)} ${time}  ${paint(terminal, 'dim', cut)}`,
				);
			};
			draw();
			timer = setInterval(() => draw(), frameTime);
		},
		stop() {
			clear();
			clearInterval(timer);
			timer = undefined;
		},
		above(write) {
			clear();
			write();
			if (timer !== undefined) draw();
		},
	};
}

/** ` 1.25s`: six columns up to 99 s. */
export function formatSeconds(span: Milliseconds): string {
	return `${(span / 1000).toFixed(2)}s`.padStart(6);
}

/** Breaks a text between words into lines of at most `width`; a longer word stays whole. */
export function wrap(text: string, width: number): readonly string[] {
	const lines: string[] = [];
	for (const word of text.split(' ')) {
		const last = lines.at(-1);
		if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
		else lines[lines.length - 1] = `${last} ${word}`;
	}
	return lines;
}
