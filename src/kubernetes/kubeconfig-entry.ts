// One context of a kubeconfig that is parsed already, in the file's own words.
import { invalid } from './kubeconfig-problem.ts';

/** A mapping of a kubeconfig, whose values are still to be looked at. */
export type Fields = Readonly<Record<string, unknown>>;

export interface ContextEntry {
	readonly context: string;
	readonly cluster: Fields;
	readonly user: Fields;
}

/** Without a name, takes the current context. Throws ProblemError, which repeats no value of the file. */
export function findContext(value: unknown, wanted: string | undefined, place: string): ContextEntry {
	if (!isFields(value)) throw invalid(place, 'this is no kubeconfig');
	const context = wanted ?? readText(value, 'current-context') ?? '';
	const contexts = listNamed(value['contexts']);
	const found = contexts.find(({ name }) => name === context)?.['context'];
	if (found === undefined) {
		const names = contexts.map(({ name }) => name).join(', ');
		throw invalid(place, `context '${context}' not found; available: ${names || 'none'}`);
	}
	const pick = (kind: 'cluster' | 'user'): Fields => {
		const name = isFields(found) ? found[kind] : undefined;
		const entry = listNamed(value[`${kind}s`]).find((each) => each.name === name);
		if (entry === undefined) {
			throw invalid(place, `context '${context}' names a ${kind} that is not in the file`);
		}
		return isFields(entry[kind]) ? entry[kind] : {};
	};
	return { context, cluster: pick('cluster'), user: pick('user') };
}

/** A field that is text, `undefined` where it is absent or empty. Throws where it is anything else. */
export function readText(fields: Fields, name: string): string | undefined {
	const value = fields[name];
	if (value === undefined || value === null || value === '') return undefined;
	if (typeof value !== 'string') throw new TypeError(`${name} must be a string`);
	return value;
}

export function isFields(value: unknown): value is Fields {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listNamed(value: unknown): readonly (Fields & { readonly name: string })[] {
	if (!Array.isArray(value)) return [];
	return value.filter((entry) => isFields(entry) && typeof entry['name'] === 'string');
}
