import type { KubernetesObject } from '../../model/ports/cluster.ts';
import { refuseBadRequest } from './api-status.ts';
import type { Selection } from './object-store.ts';
import type { ResourceType } from './resource-types.ts';

export type Predicate = (object: KubernetesObject) => boolean;

/** What a selection lets through, within its type. Throws 400 for a selector that cannot be read. */
export function compileSelection(type: ResourceType, selection: Selection): Predicate {
	const { namespace, labelSelector, fieldSelector } = selection;
	const terms: Predicate[] = [
		...(namespace === undefined
			? []
			: [(object: KubernetesObject) => object.metadata.namespace === namespace]),
		...splitTerms(labelSelector).map(compileLabelTerm),
		...splitTerms(fieldSelector).map((term) => compileFieldTerm(type, term)),
	];
	return (object) => terms.every((matches) => matches(object));
}

function splitTerms(selector: string | undefined): string[] {
	if (selector === undefined || selector.trim() === '') return [];
	return selector.split(/,(?![^(]*\))/).map((term) => term.trim());
}

const labelKey = '[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?';
const setTerm = new RegExp(`^(${labelKey})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const equalityTerm = new RegExp(`^(${labelKey})\\s*(=|==|!=)\\s*([-A-Za-z0-9_.]*)$`);
const existenceTerm = new RegExp(`^(!?)\\s*(${labelKey})$`);

function compileLabelTerm(term: string): Predicate {
	const [, setKey = '', operator, values = ''] = setTerm.exec(term) ?? [];
	if (operator !== undefined) {
		const wanted = new Set(values.split(',').map((value) => value.trim()));
		return compileMembership(setKey, wanted, operator === 'in');
	}
	const [, equalKey = '', sign, value = ''] = equalityTerm.exec(term) ?? [];
	if (sign !== undefined) return compileMembership(equalKey, new Set([value]), sign !== '!=');
	const [, negation, key = ''] = existenceTerm.exec(term) ?? [];
	if (negation === undefined) throw refuseBadRequest(`unable to parse requirement: ${term}`);
	return ({ metadata }) => (metadata.labels?.[key] !== undefined) === (negation === '');
}

/** An absent label satisfies the negated operators, as in Kubernetes. */
function compileMembership(key: string, values: ReadonlySet<string>, wanted: boolean): Predicate {
	return ({ metadata }) => {
		const value = metadata.labels?.[key];
		return (value !== undefined && values.has(value)) === wanted;
	};
}

function compileFieldTerm(type: ResourceType, term: string): Predicate {
	const [, field, sign, value] = /^([^!=\s]+)\s*(=|==|!=)\s*(.*)$/.exec(term) ?? [];
	if (field === undefined) throw refuseBadRequest(`invalid selector: '${term}'; can't understand '${term}'`);
	if (!type.selectableFields.includes(field)) {
		throw refuseBadRequest(`field label not supported: ${field}`);
	}
	const path = field.split('.');
	return (object) => (readField(object, path) === value) === (sign !== '!=');
}

function readField(object: unknown, path: readonly string[]): unknown {
	let value = object;
	for (const name of path) value = isRecord(value) ? value[name] : undefined;
	return value ?? '';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null;
}
