import type { ParsedNode } from 'yaml';
import { formatWhere, type Problem, problem } from '../model/problem.ts';
import { readHeader } from './document-header.ts';
import { apiVersion, type DocumentKind } from './document-kinds.ts';
import type { ConfigDraft, DocumentReading, PolicyDraft } from './drafts.ts';
import { explainIssue } from './explain-issue.ts';
import { readFailoverPolicy } from './failover-policy.ts';
import type { SourceText } from './source-text.ts';
import { readSpillwayConfig } from './spillway-config.ts';
import { type DocumentPlaces, placeDocument } from './yaml-place.ts';
import { type AliasTargets, checkStructure } from './yaml-structure.ts';
import { maxAliasedNodes, readYamlValue } from './yaml-value.ts';

export type ReadDocument =
	| { readonly kind: 'foreign' }
	| { readonly kind: 'policy'; readonly draft: PolicyDraft }
	| { readonly kind: 'config'; readonly draft: ConfigDraft }
	| { readonly kind: 'refused'; readonly problems: readonly Problem[] };

/** Faults that leave holes in the value: measuring it against the schema would only add noise. */
const leavesHole: ReadonlySet<string> = new Set(['E_YAML_MERGE', 'E_YAML_SYNTAX']);

/** `alone`: the file holds no other document. */
export function readDocument(source: SourceText, root: ParsedNode, alone: boolean): ReadDocument {
	const header = readHeader(source, root, alone);
	if (header.kind === 'foreign') return header;
	const { problems: structural, aliases } = checkStructure(source, root);
	const problems = [...header.problems, ...structural];
	if (header.document === undefined || structural.some(({ code }) => leavesHole.has(code))) {
		return { kind: 'refused', problems };
	}
	const read = readYamlValue(root, aliases);
	if (read.kind === 'too many aliases') {
		return { kind: 'refused', problems: [...problems, refuseAliases(source, aliases)] };
	}
	const places = placeDocument(source, root);
	const reading = measureValue(header.document, read.value, places);
	if (reading.kind !== 'invalid') return problems.length === 0 ? reading : { kind: 'refused', problems };
	const subject = { kind: header.document, places };
	const told = new Set(structural.map(({ where }) => formatWhere(where)));
	const further = reading.issues
		.flatMap((issue) => explainIssue(subject, issue))
		.filter(({ where }) => !told.has(formatWhere(where)));
	return { kind: 'refused', problems: [...problems, ...further] };
}

/** The header has been judged already, so it counts as right here. */
function measureValue(kind: DocumentKind, value: unknown, places: DocumentPlaces): DocumentReading {
	const document = { ...(value as object), apiVersion, kind };
	return kind === 'FailoverPolicy'
		? readFailoverPolicy(document, places)
		: readSpillwayConfig(document, places);
}

function refuseAliases(source: SourceText, aliases: AliasTargets): Problem {
	const [first] = aliases.keys();
	return problem('E_YAML_ALIAS_LIMIT', {
		where: source.at(first?.range?.[0] ?? 0),
		message: `the aliases stand for more than ${maxAliasedNodes} nodes`,
	});
}
