// Markdown on a terminal, as far as pull requests of Spillway hold it.
import { paint, type Terminal } from '../../terminal.ts';
import { type Block, readBlocks } from './blocks.ts';
import { paintWords, readWords, wrapWords } from './inline.ts';
import { renderTable } from './table.ts';

export interface RenderOptions {
	/** Columns. Code that is set apart may be wider. */
	readonly width: number;
	readonly color: boolean;
}

/** The lines of a text. What is folded is named, diagrams are mentioned, comments are left out. */
export function renderMarkdown(markdown: string, options: RenderOptions): readonly string[] {
	// What moves a terminal's cursor is no text.
	const visible = markdown.replaceAll(/[^\P{Cc}\n]/gu, '');
	const blocks = readBlocks(visible).map((block) => renderBlock(block, options));
	return blocks.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

function renderBlock(block: Block, options: RenderOptions): readonly string[] {
	switch (block.kind) {
		case 'heading':
			return renderText(`**${block.text}**`, options);
		case 'paragraph':
			return renderText(block.text, options);
		case 'list':
			return block.items.flatMap((item) => renderItem(item, options));
		case 'table':
			return renderTable(options, block.table, options.width);
		case 'code':
			return block.lines.map((line) => `  ${paint(options, 'cyan', line)}`);
		case 'diagram':
			return [paint(options, 'dim', '(here its page has a picture of the traffic)')];
		case 'folded':
			return renderFolded(block.titles, options);
	}
}

function renderText(text: string, options: RenderOptions): readonly string[] {
	return wrapWords(readWords(text), options.width).map((line) => paintWords(options, line));
}

/** Boxes are marks of their own. */
function renderItem(item: string, options: RenderOptions): readonly string[] {
	const mark = /^[☐☑] /u.test(item) ? '' : '• ';
	const lines = renderText(item, { ...options, width: options.width - '• '.length });
	return lines.map((line, index) => (index === 0 ? `${mark}${line}` : `  ${line}`));
}

function renderFolded(titles: readonly string[], { width, color }: RenderOptions): readonly string[] {
	const lines: string[] = [];
	for (const title of titles) {
		const last = lines.at(-1);
		const joined = `${last}   ▸ ${title}`;
		if (last === undefined || [...joined].length > width) lines.push(`▸ ${title}`);
		else lines[lines.length - 1] = joined;
	}
	return lines.map((line) => paint({ color } satisfies Pick<Terminal, 'color'>, 'dim', line));
}
