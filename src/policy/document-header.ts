import { isMap, isScalar, type ParsedNode } from 'yaml';
import type { ProblemCode } from '../model/catalogue.ts';
import { type Problem, type ProblemFacts, problem, showValue } from '../model/problem.ts';
import { adviseName, countEdits, suggestName } from './did-you-mean.ts';
import {
	apiGroup,
	apiVersion,
	type DocumentKind,
	documentKinds,
	isDocumentKind,
	laterKinds,
} from './document-kinds.ts';
import type { SourceText } from './source-text.ts';
import { placeDocument } from './yaml-place.ts';
import { readKey } from './yaml-structure.ts';

/** Whose document it is, from `apiVersion` and `kind`. */
export type DocumentHeader =
	/** Of another API group: not ours to judge. */
	| { readonly kind: 'foreign' }
	/** `document` is absent where no kind we read is named, so that nothing more can be checked. */
	| { readonly kind: 'ours'; readonly document?: DocumentKind; readonly problems: readonly Problem[] };

interface Written {
	readonly apiVersion: string | undefined;
	readonly kind: string | undefined;
}

/** `alone`: the file holds no other document, so that one without apiVersion and kind must be meant for us. */
export function readHeader(source: SourceText, root: ParsedNode, alone: boolean): DocumentHeader {
	if (!isMap(root))
		return alone ? { kind: 'ours', problems: [refuseRoot(source, root)] } : { kind: 'foreign' };
	const written = { apiVersion: readText(root, 'apiVersion'), kind: readText(root, 'kind') };
	if (!isOurs(written, alone && readText(root, '$schema') === undefined)) return { kind: 'foreign' };
	const places = placeDocument(source, root);
	const report: Report = (field, code, facts) => problem(code, { where: places.ofValue([field]), ...facts });
	const problems = [...checkApiVersion(written, report), ...checkKind(written, report)];
	const document =
		written.kind !== undefined && isDocumentKind(written.kind) ? { document: written.kind } : {};
	return { kind: 'ours', ...document, problems };
}

function refuseRoot(source: SourceText, { range }: ParsedNode): Problem {
	return problem('E_TYPE', {
		where: source.at(range[0]),
		message: 'the document is not a mapping',
		expected: 'apiVersion, kind, metadata and spec',
	});
}

function readText(root: ParsedNode, field: string): string | undefined {
	if (!isMap(root)) return undefined;
	const value = root.items.find(({ key }) => readKey(key) === field)?.value;
	return isScalar(value) && value.value !== null ? String(value.value) : undefined;
}

/** A slip in the group or kind must not make a policy silently vanish. */
function isOurs(written: Written, alone: boolean): boolean {
	const kindIsOurs = suggestName(written.kind ?? '', [...documentKinds, ...laterKinds]) !== undefined;
	if (written.apiVersion === undefined) return kindIsOurs || (alone && written.kind === undefined);
	const [group = '', version] = written.apiVersion.split('/');
	if (group === apiGroup) return true;
	return kindIsOurs && (version === undefined || countEdits(group, apiGroup) <= 2);
}

type Report = (field: string, code: ProblemCode, facts: Omit<ProblemFacts, 'where'>) => Problem;

function* checkApiVersion(written: Written, report: Report): Generator<Problem> {
	if (written.apiVersion === undefined) {
		const remedy = `add apiVersion: ${apiVersion}, or keep the file out of the policies' folders`;
		yield report('apiVersion', 'E_REQUIRED', { message: 'apiVersion is required', remedy });
	} else if (written.apiVersion !== apiVersion) {
		yield report('apiVersion', 'E_API_VERSION', {
			message: 'unknown apiVersion',
			got: showValue(written.apiVersion),
			expected: apiVersion,
		});
	}
}

function* checkKind({ kind }: Written, report: Report): Generator<Problem> {
	const expected = documentKinds.join(' or ');
	if (kind === undefined) {
		yield report('kind', 'E_REQUIRED', { message: 'kind is required', expected, remedy: 'add the kind' });
	} else if (laterKinds.includes(kind)) {
		yield report('kind', 'E_NOT_SUPPORTED', { message: `kind ${kind} is not supported yet` });
	} else if (!isDocumentKind(kind)) {
		const remedy = adviseName(kind, documentKinds);
		yield report('kind', 'E_KIND', { message: 'unknown kind', got: showValue(kind), expected, remedy });
	}
}
