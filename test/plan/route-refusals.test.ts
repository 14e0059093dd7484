import test from 'ava';
import type { WeightEdit } from '../../src/model/ports/manifest-editor.ts';
import { awayEdit, refuseEdit, writeRoute } from '../support/refusals.ts';

const anchored =
	'may share these weights with another place → write the weights outside of what the anchor names';
const refs = (...written: readonly string[]): string => `- backendRefs: [${written.join(', ')}]`;
const route: WeightEdit = { ...awayEdit, kind: 'HTTPRoute' };
const [one, two] = ['{name: emoji-svc, weight: 1}', '{name: emoji-svc-west, weight: 0}'];
const unnamed =
	'6:20 E_MANIFEST_WEIGHT no rule’s backendRefs name emoji-svc, emoji-svc-west → name them all in the backendRefs of one rule, each with a weight';

const routes: readonly (readonly [what: string, text: string, expected: string])[] = [
	[
		'a weight that is left out',
		writeRoute([refs('{name: emoji-svc}', two)]),
		'6:21 E_MANIFEST_WEIGHT the weight of emoji-svc is left out, which means 1 → write the weight out: weight: 1',
	],
	['backends that no rule names together', writeRoute([refs(one), refs(two)]), unnamed],
	[
		'a backend of another namespace',
		writeRoute([refs(one, '{name: emoji-svc-west, namespace: other, weight: 0}')]),
		unnamed,
	],
	[
		'a backend that is no Service',
		writeRoute([refs(one, '{name: emoji-svc-west, kind: Other, weight: 0}')]),
		unnamed,
	],
	[
		'a backend of another group',
		writeRoute([refs(one, '{name: emoji-svc-west, group: x.y, weight: 0}')]),
		unnamed,
	],
	[
		'a rule that is an alias',
		`x: &r {}\n${writeRoute([refs(one, two), '- *r'])}`,
		'8:7 E_MANIFEST_WEIGHT spec.rules[1] is the alias *r → write it out in place',
	],
	[
		'a list of a rule that is an alias',
		`x: &r []\n${writeRoute([refs(one, two), '- backendRefs: *r'])}`,
		'8:20 E_MANIFEST_WEIGHT spec.rules[1].backendRefs is the alias *r → write spec.rules[1].backendRefs as a list, in place',
	],
	[
		'a list of a rule that may be merged in',
		`x: &r {backendRefs: []}\n${writeRoute([refs(one, two), '- <<: *r'])}`,
		'8:7 E_MANIFEST_WEIGHT spec.rules[1].backendRefs may come from a merge key (<<) → write spec.rules[1].backendRefs as a list, in place',
	],
	[
		'a backendRef that is an alias',
		`x: &r {}\n${writeRoute([refs(one, two, '*r')])}`,
		'7:86 E_MANIFEST_WEIGHT spec.rules[0].backendRefs[2] is the alias *r → write it out in place',
	],
	[
		'a rule that is an anchor',
		writeRoute(['- &r', '  backendRefs: [{name: emoji-svc, weight: 1}, {name: emoji-svc-west, weight: 0}]']),
		`7:7 E_MANIFEST_WEIGHT the anchor &r ${anchored}`,
	],
	[
		'rules that are an anchor',
		writeRoute([refs(one, two)]).replace('rules:', 'rules: &all'),
		`6:5 E_MANIFEST_WEIGHT the anchor &all ${anchored}`,
	],
	[
		'a backend that one rule names twice',
		writeRoute([refs(one, two, one)]),
		'6:86 E_MANIFEST_WEIGHT spec.rules[0].backendRefs names emoji-svc twice → keep one of the two entries',
	],
	[
		'a quoted weight in the second rule',
		writeRoute([refs(one, two), refs(one, '{name: emoji-svc-west, weight: "0"}')]),
		`7:82 E_MANIFEST_WEIGHT the weight of emoji-svc-west is quoted, and so no number (got "0") → write the number without quotes: weight: 1`,
	],
	[
		'a route without rules',
		writeRoute([]),
		'5:9 E_MANIFEST_WEIGHT spec.rules is not a list → write spec.rules as a list, in place',
	],
	[
		'a route of the other API group',
		writeRoute([refs(one, two)]).replace('gateway.networking.k8s.io/v1', 'policy.linkerd.io/v1beta3'),
		'1:1 E_MANIFEST_WEIGHT no HTTPRoute emojivoto/emoji-svc here → write its manifest, or mark its weights',
	],
];

for (const [what, text, expected] of routes) {
	test(`of a route, ${what} is refused`, (t) => {
		t.is(refuseEdit(text, route), expected);
	});
}
