// A strict reader of the part of XML that reports are written in: elements, attributes, text, references.

/** An element as it reads: references are characters again. */
export interface XmlElement {
	readonly name: string;
	readonly attributes: Readonly<Record<string, string>>;
	readonly children: readonly XmlElement[];
	/** Its own text, without that of its children. */
	readonly text: string;
}

/** Reads a document, or throws where it is not well-formed XML 1.0. */
export function readXml(document: string): XmlElement {
	if (impossible.test(document)) throw new Error('a character that XML 1.0 has not');
	const declaration = '<?xml version="1.0" encoding="UTF-8"?>';
	if (!document.startsWith(declaration)) throw new Error('no XML declaration');
	const reading = { text: document, at: declaration.length };
	skipBlank(reading);
	const root = readElement(reading);
	skipBlank(reading);
	if (reading.at !== document.length) throw new Error(`something follows the root at ${reading.at}`);
	return root;
}

interface Reading {
	readonly text: string;
	at: number;
}

const impossible = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

const characters: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function take(reading: Reading, pattern: RegExp): RegExpExecArray | undefined {
	const sticky = new RegExp(pattern, 'uy');
	sticky.lastIndex = reading.at;
	const found = sticky.exec(reading.text);
	if (found !== null) reading.at = sticky.lastIndex;
	return found ?? undefined;
}

function expect(reading: Reading, pattern: RegExp): RegExpExecArray {
	const found = take(reading, pattern);
	if (found === undefined) throw new Error(`${pattern} expected at ${reading.at}`);
	return found;
}

function skipBlank(reading: Reading): void {
	take(reading, /\s*/);
}

function readElement(reading: Reading): XmlElement {
	const [, name = ''] = expect(reading, /<([A-Za-z][\w.-]*)/);
	const attributes: Record<string, string> = {};
	for (;;) {
		const found = take(reading, /\s+([A-Za-z][\w.-]*)="([^"<\t\n\r]*)"/);
		if (found === undefined) break;
		const [, key = '', value = ''] = found;
		if (Object.hasOwn(attributes, key)) throw new Error(`attribute ${key} stands twice`);
		attributes[key] = dereference(value);
	}
	if (take(reading, /\s*\/>/) !== undefined) return { name, attributes, children: [], text: '' };
	expect(reading, /\s*>/);
	return { name, attributes, ...readContent(reading, name) };
}

function readContent(reading: Reading, name: string): Pick<XmlElement, 'children' | 'text'> {
	const children: XmlElement[] = [];
	let text = '';
	for (;;) {
		const [run = ''] = take(reading, /[^<]*/) ?? [];
		if (run.includes(']]>')) throw new Error(']]> in text');
		text += dereference(run);
		if (reading.text.startsWith('</', reading.at)) break;
		children.push(readElement(reading));
	}
	const [, closed] = expect(reading, /<\/([A-Za-z][\w.-]*)\s*>/);
	if (closed !== name) throw new Error(`</${closed}> closes <${name}>`);
	return { children, text };
}

function dereference(text: string): string {
	if (/&(?!#\d+;|[a-z]+;)/.test(text)) throw new Error(`a bare & in ${text}`);
	return text.replace(/&(#\d+|[a-z]+);/g, (_, reference: string) => {
		const character = reference.startsWith('#')
			? String.fromCodePoint(Number(reference.slice(1)))
			: characters[reference];
		if (character === undefined || impossible.test(character))
			throw new Error(`no such reference: &${reference};`);
		return character;
	});
}
