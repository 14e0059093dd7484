import test from 'ava';
import { ignoresWeights, readIgnoreRules } from '../../../src/deliver/syncer/argo-cd-ignores.ts';
import type { TargetRef } from '../../../src/model/names.ts';
import { emojiTarget } from '../../support/changes.ts';

const route: TargetRef = { ...emojiTarget, kind: 'HTTPRoute' };
const split = { group: 'split.smi-spec.io', kind: 'TrafficSplit' };
const weights = { jqPathExpressions: ['.spec.backends[].weight'] };

function ignores(entry: object, target: TargetRef = emojiTarget, manager?: string): boolean {
	return ignoresWeights(readIgnoreRules({ ignoreDifferences: [entry] }), target, manager);
}

for (const pointer of ['/spec', '/spec/backends', '/spec/backends/0', '/spec/backends/1/weight']) {
	test(`the JSON pointer ${pointer} has the weights of a TrafficSplit`, (t) => {
		t.true(ignores({ ...split, jsonPointers: ['/metadata/labels', pointer] }));
	});
}

for (const pointer of ['/', '/spec/service', '/spec/defaultBackend', '/spec/backends/0/service', '/status']) {
	test(`the JSON pointer ${pointer} has no weights of a TrafficSplit`, (t) => {
		t.false(ignores({ ...split, jsonPointers: [pointer] }));
	});
}

for (const expression of [
	'.spec',
	'.spec.backends',
	'.spec["backends"]',
	'.spec.backends[1]',
	'.spec.backends[]?.weight',
	'.spec.service, .spec.backends',
	'.spec.backends[] | select(.service == "web" and (.weight > 0)) | .weight',
	'.. | .weight?',
]) {
	test(`the jq path ${expression} has the weights of a TrafficSplit`, (t) => {
		t.true(ignores({ ...split, jqPathExpressions: [expression] }));
	});
}

for (const expression of [
	'.spec.service',
	'.spec.backends[].service',
	'.metadata.annotations.weight',
	'.spec.matches[] | select(.backends)',
	'.spec.rules[].backendRefs[].weight',
]) {
	test(`the jq path ${expression} has no weights of a TrafficSplit`, (t) => {
		t.false(ignores({ ...split, jqPathExpressions: [expression] }));
	});
}

test('weights of routes are in the backendRefs of their rules', (t) => {
	const group = 'gateway.networking.k8s.io';
	t.true(ignores({ group, kind: 'HTTPRoute', jsonPointers: ['/spec/rules/0/backendRefs/1/weight'] }, route));
	t.true(ignores({ group, kind: 'HTTPRoute', jqPathExpressions: ['.spec.rules[].backendRefs'] }, route));
	t.false(ignores({ group, kind: 'HTTPRoute', jqPathExpressions: ['.spec.rules[].matches'] }, route));
	const linkerds: TargetRef = { ...route, group: 'policy.linkerd.io' };
	t.false(ignores({ group, kind: 'HTTPRoute', jsonPointers: ['/spec'] }, linkerds));
});

for (const { of, fits } of [
	{ of: split, fits: true },
	{ of: { group: '*', kind: '*' }, fits: true },
	{ of: { group: '*.smi-spec.io', kind: 'Traffic*' }, fits: true },
	{ of: { group: 's*.smi*.io', kind: '*Split*' }, fits: true },
	{ of: { ...split, namespace: 'emojivoto', name: 'emoji-svc' }, fits: true },
	// Argo CD reads this as the core group.
	{ of: { kind: 'TrafficSplit' }, fits: false },
	{ of: { group: '*' }, fits: false },
	{ of: { group: 'networking.k8s.io', kind: 'Ingress' }, fits: false },
	{ of: { group: 's*io*io', kind: 'TrafficSplit' }, fits: false },
	{ of: { group: '*', kind: '*split' }, fits: false },
	{ of: { ...split, name: 'web-svc' }, fits: false },
	{ of: { ...split, namespace: 'shop' }, fits: false },
]) {
	test(`an entry for ${JSON.stringify(of)} ${fits ? 'is' : 'is not'} about the target`, (t) => {
		t.is(ignores({ ...of, ...weights }), fits);
	});
}

test('fields of a manager are ignored as long as that one wrote the weights', (t) => {
	const entry = { ...split, managedFieldsManagers: ['spillway'] };
	t.true(ignores(entry));
	t.true(ignores(entry, emojiTarget, 'spillway'));
	t.false(ignores(entry, emojiTarget, 'argocd-controller'));
	t.false(ignores({ ...split, managedFieldsManagers: ['linkerd'] }));
});

test('nothing is ignored by what is no list of rules', (t) => {
	for (const ignoreDifferences of [undefined, 'all', [7, { jsonPointers: '/spec' }]]) {
		t.false(ignoresWeights(readIgnoreRules({ ignoreDifferences }), emojiTarget));
	}
});
