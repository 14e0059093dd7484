// The last look at a write before it leaves: whatever decided and planned it, it must leave weights that carry traffic.
import type { ApplyChange, PatchChange } from '../model/change.ts';
import {
	annotationPointer,
	annotationsPointer,
	heldOffAnnotation,
	reconcileAnnotation,
} from '../model/hold-off.ts';
import type { LiveRule } from '../model/live-target.ts';
import type { PolicyKey } from '../model/names.ts';
import type { PatchOperation } from '../model/ports/cluster.ts';
import { parseQuantity } from '../model/quantity.ts';
import { isRecord, type Unstructured } from '../model/unstructured.ts';
import { maxWeight, maxWeightSum, undeliverable } from '../model/weights.ts';

/** Why this write must not leave, or `undefined`. Whatever is not understood must not. */
export function forbidWrite(change: PatchChange | ApplyChange): string | undefined {
	return change.kind === 'patch' ? forbidPatch(change) : forbidManifest(change);
}

function forbidManifest({ manifest }: ApplyChange): string | undefined {
	const spec: unknown = manifest['spec'];
	return forbidBackends(isRecord(spec) ? spec['backends'] : undefined);
}

function forbidBackends(backends: unknown): string | undefined {
	if (!Array.isArray(backends)) return 'it has no list of backends';
	const weights = new Map<string, number>();
	for (const backend of backends) {
		if (!isRecord(backend) || typeof backend['service'] !== 'string') return 'a backend has no service';
		const { service, weight } = backend as { readonly service: string; readonly weight?: unknown };
		if (weights.has(service)) return `it names backend ${service} twice`;
		weights.set(service, typeof weight === 'number' ? weight : Number.NaN);
	}
	return undeliverable(weights);
}

function forbidPatch({ operations, base, policy }: PatchChange): string | undefined {
	if (!isConditional(operations)) return 'it does not depend on what was read';
	const rules = base.rules.map(openRule);
	for (const operation of operations) {
		if (isHoldOff(operation, policy, base.annotated === true)) continue;
		const refusal = applyOperation(rules, operation);
		if (refusal !== undefined) return refusal;
	}
	return rules.map(forbidRule).find((refusal) => refusal !== undefined);
}

function isConditional(operations: readonly PatchOperation[]): boolean {
	const holds = (op: PatchOperation['op'], path: string): boolean =>
		operations.some((operation) => operation.op === op && operation.path === path);
	return holds('test', '/metadata/uid') && holds('replace', '/metadata/resourceVersion');
}

/** A rule as the operations leave it. */
interface Rule {
	readonly pointer: string;
	/** By the path of each weight. */
	readonly weights: Map<string, number>;
	touched: boolean;
}

function openRule({ pointer, backends }: LiveRule): Rule {
	const weights = new Map(backends.map(({ index, weight }) => [`${pointer}/${index}/weight`, weight]));
	return { pointer, weights, touched: false };
}

/** Exactly the two annotations of an escalation, and only in place of none where there are none. */
function isHoldOff(operation: PatchOperation, policy: PolicyKey, annotated: boolean): boolean {
	if (operation.op !== 'add') return false;
	const { path, value } = operation;
	const marks: Unstructured = { [reconcileAnnotation]: 'disabled', [heldOffAnnotation]: policy };
	if (!annotated && path === annotationsPointer && isRecord(value)) {
		return Object.keys(value).length === 2 && Object.keys(marks).every((key) => value[key] === marks[key]);
	}
	return (
		annotated && Object.keys(marks).some((key) => path === annotationPointer(key) && value === marks[key])
	);
}

function applyOperation(rules: readonly Rule[], operation: PatchOperation): string | undefined {
	const { op, path } = operation;
	if (op === 'test' || path === '/metadata/resourceVersion') return undefined;
	if (op === 'remove') return `it would remove ${path}`;
	const { value } = operation;
	if (rules.some(({ pointer }) => pointer === path)) return forbidBackends(value);
	const rule = rules.find(({ weights }) => weights.has(path));
	if (rule === undefined) return `it would change ${path}, which is no weight`;
	const weight = typeof value === 'string' ? parseQuantity(value) : value;
	if (typeof weight !== 'number' || !Number.isInteger(weight) || weight < 0 || weight > maxWeight) {
		return `the weight ${String(value)} at ${path} is not an integer between 0 and ${maxWeight}`;
	}
	rule.weights.set(path, weight);
	rule.touched = true;
	return undefined;
}

/** Backends that others put there count too; only rules that are left alone are theirs alone. */
function forbidRule({ pointer, weights, touched }: Rule): string | undefined {
	if (!touched) return undefined;
	let total = 0;
	for (const weight of weights.values()) total += weight;
	if (total === 0) return `every weight of ${pointer} would be 0, which would send traffic nowhere`;
	if (total > maxWeightSum) return `the weights of ${pointer} would add up to ${total}, over ${maxWeightSum}`;
	return undefined;
}
