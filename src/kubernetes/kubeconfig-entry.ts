// A kubeconfig's text, and one context of it in the file's own words.
import { isRecord, type Unstructured } from '../model/unstructured.ts';
import { invalid } from './kubeconfig-problem.ts';

export interface ContextEntry {
	readonly context: string;
	readonly cluster: Unstructured;
	readonly user: Unstructured;
}

/** A YAML parser's message quotes the lines around the error, which may hold a token: the problem repeats none of it. */
export function parseKubeconfig(text: string, parse: (text: string) => unknown, place: string): unknown {
	try {
		return parse(text);
	} catch (cause) {
		throw invalid(place, 'this is no kubeconfig', { cause });
	}
}

/** Without a name, takes the current context. Throws ProblemError, which repeats no value of the file. */
export function findContext(value: unknown, wanted: string | undefined, place: string): ContextEntry {
	if (!isRecord(value)) throw invalid(place, 'this is no kubeconfig');
	const context = wanted ?? readText(value, 'current-context') ?? '';
	const contexts = listNamed(value['contexts']);
	const found = contexts.find(({ name }) => name === context)?.['context'];
	if (found === undefined) {
		const names = contexts.map(({ name }) => name).join(', ');
		throw invalid(place, `context '${context}' not found; available: ${names || 'none'}`);
	}
	const pick = (kind: 'cluster' | 'user'): Unstructured => {
		const name = isRecord(found) ? found[kind] : undefined;
		const entry = listNamed(value[`${kind}s`]).find((each) => each.name === name);
		if (entry === undefined) {
			throw invalid(place, `context '${context}' names a ${kind} that is not in the file`);
		}
		return isRecord(entry[kind]) ? entry[kind] : {};
	};
	return { context, cluster: pick('cluster'), user: pick('user') };
}

/** A field that is text, `undefined` where it is absent or empty. Throws where it is anything else. */
export function readText(fields: Unstructured, name: string): string | undefined {
	const value = fields[name];
	if (value === undefined || value === null || value === '') return undefined;
	if (typeof value !== 'string') throw new TypeError(`${name} must be a string`);
	return value;
}

function listNamed(value: unknown): readonly (Unstructured & { readonly name: string })[] {
	if (!Array.isArray(value)) return [];
	return value.filter((entry) => isRecord(entry) && typeof entry['name'] === 'string');
}
