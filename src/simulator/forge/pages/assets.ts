import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { diagramScript, pageStyle } from './layout.ts';

export interface Asset {
	readonly type: string;
	readonly content: string | Uint8Array;
}

const script = 'text/javascript;charset=utf-8';
const style = 'text/css;charset=utf-8';

/** A file that pages load; `undefined` where there is none of this path. */
export async function readAsset(path: string): Promise<Asset | undefined> {
	switch (path) {
		case '/assets/page.css':
			return { type: style, content: pageStyle };
		case '/assets/diagrams.js':
			return { type: script, content: diagramScript };
		case '/assets/markdown.css': {
			const file = findPackage('github-markdown-css/github-markdown.css');
			return await readPart(file, style);
		}
		default:
			return await readMermaid(path);
	}
}

/** Only the bundle and its parts: no way leads out of their folder. */
async function readMermaid(path: string): Promise<Asset | undefined> {
	const [, name] = /^\/assets\/mermaid\/((?:chunks\/mermaid\.esm\.min\/)?[\w.-]+\.mjs)$/.exec(path) ?? [];
	const core = findMermaid();
	if (name === undefined || core === undefined) return undefined;
	return await readPart(join(dirname(core), name), script);
}

/** Where Mermaid is installed, which it need not be. */
export function findMermaid(): string | undefined {
	return findPackage('mermaid');
}

function findPackage(name: string): string | undefined {
	try {
		return fileURLToPath(import.meta.resolve(name));
	} catch {
		return undefined;
	}
}

async function readPart(file: string | undefined, type: string): Promise<Asset | undefined> {
	const content = file === undefined ? undefined : await readFile(file).catch(() => undefined);
	return content === undefined ? undefined : { type, content };
}
