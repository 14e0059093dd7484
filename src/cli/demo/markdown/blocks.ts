/** What stands below each other in a text. */
export type Block =
	| { readonly kind: 'heading'; readonly text: string }
	| { readonly kind: 'paragraph'; readonly text: string }
	| { readonly kind: 'list'; readonly items: readonly string[] }
	| { readonly kind: 'table'; readonly table: Table }
	| { readonly kind: 'code'; readonly lines: readonly string[] }
	/** A diagram in a language of its own. */
	| { readonly kind: 'diagram' }
	/** Details that are shown when somebody asks for them. */
	| { readonly kind: 'folded'; readonly titles: readonly string[] };

/** The first row is the header. A cell has one text for each of its lines. */
export interface Table {
	readonly rows: readonly (readonly (readonly string[])[])[];
	/** Of each column. */
	readonly alignments: readonly ('left' | 'right')[];
}

const comments = /<!--[\s\S]*?-->/g;
const wholes =
	/^```(\w*)\n([\s\S]*?)\n```$|<details><summary>(?:<b>)?(.*?)(?:<\/b>)?<\/summary>[\s\S]*?<\/details>/gm;

/** Reads the Markdown that pull requests of Spillway hold; what it does not know is a paragraph. */
export function readBlocks(markdown: string): readonly Block[] {
	const text = markdown.replaceAll('\r\n', '\n').replaceAll(comments, '');
	const blocks: Block[] = [];
	let end = 0;
	for (const { 0: all, 1: language, 2: code = '', 3: title, index } of text.matchAll(wholes)) {
		blocks.push(...readPlain(text.slice(end, index)));
		end = index + all.length;
		if (title !== undefined) addFolded(blocks, title);
		else if (language === 'mermaid') blocks.push({ kind: 'diagram' });
		else blocks.push({ kind: 'code', lines: code.split('\n') });
	}
	return [...blocks, ...readPlain(text.slice(end))];
}

/** Those that follow each other are one block. */
function addFolded(blocks: Block[], title: string): void {
	const last = blocks.at(-1);
	const earlier = last?.kind === 'folded' ? last.titles : [];
	if (last?.kind === 'folded') blocks.pop();
	blocks.push({ kind: 'folded', titles: [...earlier, title] });
}

function readPlain(text: string): readonly Block[] {
	return text
		.split(/\n\s*\n/)
		.map((part) => part.trim())
		.filter((part) => part !== '')
		.map(readPart);
}

function readPart(part: string): Block {
	const lines = part.split('\n').map((line) => line.trim());
	const [, heading] = /^#{1,6} (.*)$/.exec(part) ?? [];
	if (heading !== undefined) return { kind: 'heading', text: heading };
	if (lines.length > 1 && lines.every((line) => line.startsWith('|'))) {
		return { kind: 'table', table: readTable(lines) };
	}
	if (lines.every((line) => line.startsWith('- '))) return { kind: 'list', items: lines.map(readItem) };
	return { kind: 'paragraph', text: lines.join(' ') };
}

/** Boxes to tick look like boxes. */
function readItem(line: string): string {
	return line
		.slice('- '.length)
		.replace(/^\[ \]/, '☐')
		.replace(/^\[x\]/i, '☑');
}

function readTable([header = '', rule = '', ...rows]: readonly string[]): Table {
	return {
		rows: [header, ...rows].map((row) => splitRow(row).map((cell) => cell.split('<br>'))),
		alignments: splitRow(rule).map((cell) => (cell.endsWith('-:') ? 'right' : 'left')),
	};
}

function splitRow(row: string): readonly string[] {
	return row
		.replace(/^\||\|$/g, '')
		.split('|')
		.map((cell) => cell.trim());
}
