import test from 'ava';
import fc from 'fast-check';
import { deliverDirect } from '../../src/deliver/direct.ts';
import { forbidWrite } from '../../src/deliver/write-guard.ts';
import type { ApplyChange, PatchChange } from '../../src/model/change.ts';
import type { LiveTarget } from '../../src/model/live-target.ts';
import type { PatchOperation } from '../../src/model/ports/cluster.ts';
import { maxWeightSum, undeliverable } from '../../src/model/weights.ts';
import { composeSplit } from '../../src/plan/owned-split.ts';
import { patchBackends, patchWeights } from '../../src/plan/weight-patch.ts';
import { aPatchChange, aShift, emojiTarget } from '../support/changes.ts';
import { aPolicy, aSplit, weights } from '../support/policies.ts';

const { signal } = new AbortController();
const base = aSplit({ 'emoji-svc': 1, 'emoji-svc-west': 0 });
const preconditions = patchBackends(base, weights({})).slice(0, 2);

function patchOf(...operations: readonly PatchOperation[]): PatchChange {
	return aPatchChange({ operations: [...preconditions, ...operations], base });
}

function applyOf(spec: unknown): ApplyChange {
	const facts = { policy: 'emojivoto/emoji', target: emojiTarget, shift: aShift(), decidedAt: 0 };
	const manifest = { apiVersion: 'v1', kind: 'TrafficSplit', metadata: { name: 'a', namespace: 'b' }, spec };
	return { kind: 'apply', version: 'v1alpha2', ...facts, manifest };
}

function setFirst(value: unknown): PatchOperation {
	return { op: 'replace', path: '/spec/backends/0/weight', value };
}

const forbidden: readonly (readonly [what: string, change: PatchChange | ApplyChange])[] = [
	['every weight at 0', patchOf(setFirst(0))],
	['every weight at 0, as text', patchOf(setFirst('0'))],
	['a negative weight', patchOf(setFirst(-1))],
	['a fraction', patchOf(setFirst('500m'))],
	['no number', patchOf(setFirst(null))],
	['too much in all', patchOf(setFirst(maxWeightSum + 1))],
	['another field', patchOf({ op: 'replace', path: '/spec/service', value: 'x' })],
	['a backend that was not read', patchOf({ op: 'add', path: '/spec/backends/7/weight', value: 1 })],
	[
		'a list of zeros',
		patchOf({ op: 'replace', path: '/spec/backends', value: [{ service: 'a', weight: 0 }] }),
	],
	['an empty list', patchOf({ op: 'replace', path: '/spec/backends', value: [] })],
	['a write whatever stands there', aPatchChange({ operations: [setFirst(5)], base })],
	['a manifest of zeros', applyOf({ backends: [{ service: 'a', weight: 0 }] })],
	['a manifest without backends', applyOf({})],
	['a manifest without spec', applyOf(undefined)],
	['a manifest with text as weight', applyOf({ backends: [{ service: 'a', weight: '1' }] })],
	['a manifest with a nameless backend', applyOf({ backends: [{ weight: 1 }] })],
	[
		'a manifest with a backend twice',
		applyOf({ backends: [1, 2].map((weight) => ({ service: 'a', weight })) }),
	],
];

for (const [what, change] of forbidden) {
	test(`INV-01 ${what} is refused at the last instruction before the wire`, async (t) => {
		t.is(typeof forbidWrite(change), 'string');
		const asked: string[] = [];
		const cluster = new Proxy({} as never, { get: (_, name) => asked.push(String(name)) });
		// `then` is how a promise looks at what it is resolved with.
		const receipt = await deliverDirect(() => Promise.resolve(cluster)).deliver(change, signal);
		t.like(receipt, { kind: 'rejected', retry: 'on-change', problem: { code: 'E_ALL_ZERO' } });
		t.deepEqual(
			asked.filter((name) => name !== 'then'),
			[],
		);
	});
}

test('what a rule that is left alone carries is not looked at, what a touched one does is', (t) => {
	const zero = { pointer: '/spec/rules/1/backendRefs', backends: aSplit({ x: 0 }).rules[0]?.backends ?? [] };
	const rules = [...base.rules, zero];
	t.is(forbidWrite({ ...patchOf(setFirst(5)), base: { rules } }), undefined);
	t.is(typeof forbidWrite({ ...patchOf(setFirst(0)), base: { rules } }), 'string');
});

const anyWeight = fc.oneof(fc.integer({ min: -2, max: 9 }), fc.constantFrom(0.5, Number.NaN, 400_000));
const anyValues = fc.array(anyWeight, { minLength: 1, maxLength: 4 });

test('INV-01 whatever is planned by whatever kind of write, only weights that carry traffic leave', (t) => {
	const named = (values: readonly number[]) => values.map((value, index) => [`b${index}`, value] as const);
	fc.assert(
		fc.property(anyValues, fc.array(fc.nat(9), { minLength: 4, maxLength: 4 }), (values, before) => {
			const to = new Map(named(values));
			const live: LiveTarget = aSplit(Object.fromEntries(named(before.slice(0, values.length))));
			const whole = patchOf(...patchBackends(live, to).slice(2));
			const manifest = composeSplit(aPolicy(), 'web', to, live);
			const right = undeliverable(to) === undefined;
			t.is(forbidWrite({ ...whole, base: live }) === undefined, right);
			t.is(forbidWrite({ ...applyOf({}), manifest }) === undefined, right);
			const patch = { ...patchOf(), operations: patchWeights(live, to), base: live };
			if (right) t.is(forbidWrite(patch), undefined);
			else if (patch.operations.length > 2) t.is(typeof forbidWrite(patch), 'string');
		}),
	);
});

const annotated = { ...base, annotated: true };
const disable: PatchOperation = {
	op: 'add',
	path: '/metadata/annotations/kustomize.toolkit.fluxcd.io~1reconcile',
	value: 'disabled',
};
const mark: PatchOperation = {
	op: 'add',
	path: '/metadata/annotations/spillway.dev~1held-off',
	value: 'emojivoto/emoji',
};
const both = {
	'kustomize.toolkit.fluxcd.io/reconcile': 'disabled',
	'spillway.dev/held-off': 'emojivoto/emoji',
};
const markAll: PatchOperation = { op: 'add', path: '/metadata/annotations', value: both };

test('the two annotations of an escalation may leave with its weights', (t) => {
	t.is(forbidWrite({ ...patchOf(setFirst(2), disable, mark), base: annotated }), undefined);
	t.is(forbidWrite(patchOf(setFirst(2), markAll)), undefined);
});

const strange: readonly (readonly [what: string, change: PatchChange])[] = [
	['another annotation', { ...patchOf({ ...disable, path: '/metadata/annotations/a' }), base: annotated }],
	['another value', { ...patchOf({ ...disable, value: 'enabled' }), base: annotated }],
	['the mark of another policy', { ...patchOf({ ...mark, value: 'shop/web' }), base: annotated }],
	['an annotation that is taken off', { ...patchOf({ op: 'remove', path: disable.path }), base: annotated }],
	['all annotations in place of others', { ...patchOf(markAll), base: annotated }],
	['one annotation more than the two', patchOf({ ...markAll, value: { ...both, a: 'b' } })],
	['a weight that is taken off', patchOf({ op: 'remove', path: '/spec/backends/0/weight' })],
];

for (const [what, change] of strange) {
	test(`INV-25 ${what} is refused at the last instruction before the wire`, (t) => {
		t.is(typeof forbidWrite(change), 'string');
	});
}
