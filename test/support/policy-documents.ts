import type { PolicyDraft } from '../../src/policy/drafts.ts';
import { type ParsedFile, parsePolicyFile } from '../../src/policy/parse-file.ts';

/** A policy nothing is wrong with; `spec` adds fields in flow style, such as `mode: Observe`. */
export function writePolicy(name: string, target: string, spec = 'mode: Active'): string {
	return [
		'apiVersion: spillway.dev/v1alpha1',
		'kind: FailoverPolicy',
		`metadata: {name: ${name}, namespace: shop}`,
		`spec: {target: {cluster: east, name: ${target}}, backends: [{service: a}, {service: b, tier: 1}], ${spec}}`,
		'',
	].join('\n');
}

/** Parses text as a file of the repository. */
export function parseText(text: string, file = 'policies/shop.yaml'): ParsedFile {
	return parsePolicyFile(file, new TextEncoder().encode(text));
}

/** The codes of a file's problems, in order. */
export function listCodes({ problems }: ParsedFile): readonly string[] {
	return problems.map(({ code }) => code);
}

/** The one policy of a text that must be right. */
export function draftPolicy(text: string, file?: string): PolicyDraft {
	const { policies, problems } = parseText(text, file);
	const [draft] = policies;
	if (draft === undefined || problems.length > 0)
		throw new Error(`not a policy: ${JSON.stringify(problems)}`);
	return draft;
}
