// Which differences an Application is told to ignore. A commit that changes nothing else starts no sync.
import type { TargetRef } from '../../model/names.ts';
import { ownManager } from '../../model/other-writers.ts';
import { targetResource } from '../../model/target-resource.ts';
import type { Unstructured } from '../../model/unstructured.ts';
import { list, text } from './object-facts.ts';

/** An entry of `spec.ignoreDifferences`. */
export interface IgnoreRule {
	/** Patterns; '' fits nothing but the core group, and no kind. */
	readonly group: string;
	readonly kind: string;
	/** '' fits any. */
	readonly namespace: string;
	readonly name: string;
	/** The fields that each of its paths leads through: `['spec', 'backends', 'weight']`. */
	readonly paths: readonly (readonly string[])[];
	/** Field managers whose fields are ignored. */
	readonly managers: readonly string[];
}

export function readIgnoreRules(spec: Unstructured): readonly IgnoreRule[] {
	return list(spec['ignoreDifferences']).map((entry) => ({
		group: text(entry['group']),
		kind: text(entry['kind']),
		namespace: text(entry['namespace']),
		name: text(entry['name']),
		paths: [
			...texts(entry['jsonPointers']).map(fieldsOfPointer),
			...texts(entry['jqPathExpressions']).flatMap(fieldsOfExpression),
		],
		managers: texts(entry['managedFieldsManagers']),
	}));
}

function texts(value: unknown): readonly string[] {
	return Array.isArray(value) ? value.map(text).filter((each) => each !== '') : [];
}

/** `/spec/backends/0/weight`, without places in lists. */
function fieldsOfPointer(pointer: string): readonly string[] {
	return pointer.split('/').filter((part) => !/^\d*$/.test(part));
}

/** Of each path of a jq expression: `.spec.backends[] | select(.service == "web") | .weight`, without what it selects by. */
function fieldsOfExpression(expression: string): readonly (readonly string[])[] {
	const paths = expression.replaceAll(/select\((?:[^()]|\([^()]*\))*\)/g, '').split(',');
	return paths.map((path) => {
		const fields = path.match(/(?<=[."])[A-Za-z_]\w*/g) ?? [];
		// `..` finds a field wherever it is.
		return path.trim().startsWith('..') && fields.at(-1) === 'weight' ? ['spec'] : fields;
	});
}

/** Whether the target's weights are ignored; `manager` wrote them last. */
export function ignoresWeights(
	rules: readonly IgnoreRule[],
	target: TargetRef,
	manager: string = ownManager,
): boolean {
	const { kind, namespace, name } = target;
	const { group } = targetResource(target);
	const weight = kind === 'TrafficSplit' ? splitWeight : routeWeight;
	return rules.some(
		(rule) =>
			fits(rule.group, group) &&
			fits(rule.kind, kind) &&
			(rule.namespace === '' || rule.namespace === namespace) &&
			(rule.name === '' || rule.name === name) &&
			(rule.managers.includes(manager) || rule.paths.some((path) => leadsTo(path, weight))),
	);
}

const splitWeight = ['spec', 'backends', 'weight'];
const routeWeight = ['spec', 'rules', 'backendRefs', 'weight'];

/** It names the weight, or something that holds it. */
function leadsTo(path: readonly string[], weight: readonly string[]): boolean {
	return path.length > 0 && path.every((field, index) => index >= weight.length || field === weight[index]);
}

/** Argo CD takes globs; of those, `*` is all that anybody writes for a group or a kind. */
function fits(pattern: string, value: string): boolean {
	const [start = '', ...rest] = pattern.split('*');
	const end = rest.pop();
	if (end === undefined) return pattern === value;
	if (!value.startsWith(start)) return false;
	let at = start.length;
	for (const part of rest) {
		const found = value.indexOf(part, at);
		if (found < 0) return false;
		at = found + part.length;
	}
	return value.length - end.length >= at && value.endsWith(end);
}
