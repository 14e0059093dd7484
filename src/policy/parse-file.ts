import { isLfsPointer } from '../model/lfs-pointer.ts';
import { type Problem, problem } from '../model/problem.ts';
import { decodeText } from './decode-text.ts';
import type { ConfigDraft, PolicyDraft } from './drafts.ts';
import { findHiddenCharacters } from './hidden-characters.ts';
import { findJsonFault } from './json-syntax.ts';
import { type ReadDocument, readDocument } from './read-document.ts';
import { openSource, type SourceText } from './source-text.ts';
import { readYamlDocuments } from './yaml-documents.ts';

/** How many problems of one file are told. */
export const maxProblems = 20;

/** What a file holds. A document with problems is not among the drafts; the others are. */
export interface ParsedFile {
	readonly policies: readonly PolicyDraft[];
	readonly configs: readonly ConfigDraft[];
	/** In the order of their places, at most `maxProblems`. */
	readonly problems: readonly Problem[];
}

/**
 * Reads the documents of one file, YAML or (by its name) JSON. Never throws: whatever a person has to mend is a
 * problem with its place. Documents of other API groups are skipped.
 */
export function parsePolicyFile(file: string, bytes: Uint8Array): ParsedFile {
	const decoded = decodeText(file, bytes);
	if (decoded.kind === 'refused') return collectFile([decoded.problem], []);
	if (isLfsPointer(decoded.text)) return collectFile([refusePointer(file)], []);
	const source = openSource(file, decoded.text);
	const textProblems = checkText(source);
	if (textProblems.length > 0) return collectFile(textProblems, []);
	const { roots, problems } = readYamlDocuments(source);
	if (roots.length === 0 && problems.length === 0) {
		return collectFile(
			[problem('E_EMPTY_FILE', { where: source.at(0), message: 'the file has no content' })],
			[],
		);
	}
	const alone = roots.length === 1 && problems.length === 0;
	return collectFile(
		problems,
		roots.map((root) => readDocument(source, root, alone)),
	);
}

function refusePointer(name: string): Problem {
	const where = { kind: 'named', name } as const;
	return problem('E_GIT_LFS', { where, message: 'a pointer of Git LFS, not the file itself' });
}

/** While one of these stands, nothing reliable can be said about the YAML. */
function checkText(source: SourceText): readonly Problem[] {
	const hidden = findHiddenCharacters(source);
	if (hidden.length > 0) return hidden;
	const fault = source.file.toLowerCase().endsWith('.json') ? findJsonFault(source) : undefined;
	return fault === undefined ? [] : [fault];
}

function collectFile(problems: readonly Problem[], documents: readonly ReadDocument[]): ParsedFile {
	const refused = documents.flatMap((document) => (document.kind === 'refused' ? document.problems : []));
	return {
		policies: documents.flatMap((document) => (document.kind === 'policy' ? document.draft : [])),
		configs: documents.flatMap((document) => (document.kind === 'config' ? document.draft : [])),
		problems: [...problems, ...refused].sort(comparePlaces).slice(0, maxProblems),
	};
}

function comparePlaces({ where: a }: Problem, { where: b }: Problem): number {
	if (a.kind !== 'text' || b.kind !== 'text') return 0;
	return a.line - b.line || a.column - b.column;
}
