// What is wrong, or will surprise, in one TrafficSplit.
import { type Problem, problem, showValue, type Where } from '../model/problem.ts';
import { maxWeightSum } from '../model/weights.ts';
import { maxBackends } from './backend-rules.ts';
import { adviseName } from './did-you-mean.ts';
import { judgeBackendName } from './names.ts';
import { oldLabel, primaryAnnotation, primaryOf, type SplitFacts } from './split-facts.ts';
import type { Path } from './yaml-place.ts';

/** How a Service can be a backend: `headless` and `external` ones cannot. */
export type ServiceType = 'plain' | 'headless' | 'external';

export interface SplitSurroundings {
	/** Where a field of the split stands: a line of a manifest, or the object as a whole. */
	readonly place: (path: Path) => Where;
	/** The Services of its namespace as far as they are known, by name. */
	readonly services?: ReadonlyMap<string, ServiceType>;
}

/** Everything to tell of one split, in the order of its fields. */
export function lintSplit(split: SplitFacts, surroundings: SplitSurroundings): readonly Problem[] {
	return [
		...lintMetadata(split, surroundings),
		...lintApex(split, surroundings),
		...lintList(split, surroundings),
		...split.backends.flatMap((_, index) => [...lintBackend(split, index, surroundings)]),
	];
}

/** Whether it is clear which backend is the primary and which are the others; else acting on it is a guess. */
export function isDerivable(split: SplitFacts): boolean {
	const names = split.backends.map(({ service }) => service);
	return (
		names.length > 0 &&
		names.length <= maxBackends &&
		!names.includes(undefined) &&
		new Set(names).size === names.length &&
		primaryOf(split) !== undefined
	);
}

function* lintMetadata(split: SplitFacts, { place }: SplitSurroundings): Generator<Problem> {
	if (split.label === 'old') {
		const where = place(['metadata', 'labels', oldLabel.key]);
		yield problem('W_OLD_LABEL', { where, message: `label ${oldLabel.key} is that of an early version` });
	}
	if (split.primary === undefined || split.backends.length === 0 || primaryOf(split) !== undefined) return;
	const names = split.backends.flatMap(({ service }) => service ?? []);
	const where = place(['metadata', 'annotations', primaryAnnotation]);
	const message = `annotation ${primaryAnnotation} names no backend`;
	const expected = `one of ${names.join(', ')}`;
	const remedy = adviseName(split.primary, names);
	yield problem('E_PRIMARY', { where, message, got: showValue(split.primary), expected, remedy });
}

function* lintApex({ apex, namespace }: SplitFacts, { place }: SplitSurroundings): Generator<Problem> {
	const where = place(['spec', 'service']);
	if (apex === '') {
		yield problem('E_TARGET_INVALID', { where, message: 'spec.service names no Service' });
		return;
	}
	yield* lintName('spec.service', apex, { where, namespace });
}

function* lintList({ backends }: SplitFacts, { place }: SplitSurroundings): Generator<Problem> {
	const where = place(['spec', 'backends']);
	if (backends.length === 0) {
		yield problem('E_TARGET_INVALID', { where, message: 'it has no spec.backends' });
	}
	if (backends.length > maxBackends) {
		const expected = `at most ${maxBackends}`;
		const got = String(backends.length);
		yield problem('E_LIMIT', { where, message: 'spec.backends has too many items', got, expected });
	}
	const sum = backends.reduce((total, { weight = 0 }) => total + weight, 0);
	if (sum > maxWeightSum) {
		yield problem('E_RANGE', {
			where,
			message: 'spec.backends has weights that add up to more than Linkerd’s proxies can hold',
			got: String(sum),
			expected: `at most ${maxWeightSum}`,
			remedy: 'use smaller weights: only their ratios count',
		});
	}
}

function* lintBackend(
	{ namespace, backends }: SplitFacts,
	index: number,
	{ place, services }: SplitSurroundings,
): Generator<Problem> {
	const { service, oddWeight } = backends[index] ?? {};
	const path = `spec.backends[${index}]`;
	const where = place(['spec', 'backends', index, 'service']);
	if (service === undefined) {
		yield problem('E_TARGET_INVALID', { where, message: `${path}.service names no Service` });
	} else {
		yield* lintName(`${path}.service`, service, { where, namespace });
		if (backends.findIndex((other) => other.service === service) < index) {
			const message = `${path}.service names ${showValue(service)} again`;
			yield problem('E_DUPLICATE_BACKEND', { where, message });
		}
		const type = services?.get(service) ?? 'plain';
		if (type !== 'plain') {
			const kind = type === 'headless' ? 'a headless Service' : 'an ExternalName Service';
			yield problem('W_BACKEND_KIND', { where, message: `${path}.service names ${service}, ${kind}` });
		}
	}
	if (oddWeight !== undefined) {
		yield problem('E_TARGET_INVALID', {
			where: place(['spec', 'backends', index, 'weight']),
			message: `${path}.weight is no weight`,
			got: oddWeight,
			expected: 'a number from 0 up',
			remedy: 'write a whole number',
		});
	}
}

/** A name that Flux, Helm or another tool will put in. */
export function isFilledIn(name: string): boolean {
	return /\$\{|\{\{/.test(name);
}

interface Naming {
	readonly where: Where;
	readonly namespace: string;
}

function* lintName(path: string, name: string, { where, namespace }: Naming): Generator<Problem> {
	const fault = judgeBackendName(name);
	if (fault === undefined || isFilledIn(name)) return;
	const remedy = fault.remedy ?? suggestLegal(name, namespace);
	yield problem(fault.code, { ...fault, where, message: `${path} ${fault.message}`, remedy });
}

/** The name meant by one that is upper-case, or spelled out although it is of the same namespace. */
function suggestLegal(name: string, namespace: string): string | undefined {
	const [first = '', second] = name.split('.');
	const meant = (second === namespace ? first : name).toLowerCase();
	return judgeBackendName(meant) === undefined ? `write ${meant}` : undefined;
}
