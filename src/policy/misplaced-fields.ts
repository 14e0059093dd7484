// A manifest pasted without its indentation: fields stand beside `metadata` and `spec`, not under them.
import { isMap, type ParsedNode } from 'yaml';
import { type Problem, problem } from '../model/problem.ts';
import type { SourceText } from './source-text.ts';
import { readKey } from './yaml-structure.ts';

const topLevel: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'spec', 'status']);
const ofSpec: ReadonlySet<string> = new Set(['service', 'backends']);

/** One problem that names the lines to indent, or none. `root` is a TrafficSplit's document. */
export function findMisplacedFields(source: SourceText, root: ParsedNode): Problem | undefined {
	if (!isMap(root)) return undefined;
	const stray = root.items.filter(({ key }) => !topLevel.has(readKey(key)));
	const [first] = stray;
	if (first === undefined) return undefined;
	const parents = Map.groupBy(stray, ({ key }) => (ofSpec.has(readKey(key)) ? 'spec' : 'metadata'));
	const parts = [...parents].map(([parent, fields]) => {
		const names = fields.map(({ key }) => readKey(key)).join(', ');
		const from = source.at(fields[0]?.key.range[0] ?? 0).line;
		const last = fields.at(-1);
		const to = source.at(endOf(source, last?.value ?? last?.key ?? root)).line;
		return { parent, names, lines: from === to ? `line ${from}` : `lines ${from} to ${to}` };
	});
	return problem('E_INDENTATION', {
		where: source.at(first.key.range[0]),
		message: `${parts.map(({ names, parent }) => `${names} must stand under ${parent}`).join('; ')}`,
		remedy: `indent ${parts.map(({ lines, parent }) => `${lines} by two spaces, under ${parent}`).join(', and ')}`,
	});
}

/** Where a node's own text ends, without the line break after it. */
function endOf({ text }: SourceText, { range: [start, end] }: ParsedNode): number {
	return start + text.slice(start, end).trimEnd().length;
}
