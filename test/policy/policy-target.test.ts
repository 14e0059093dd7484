import test from 'ava';
import type { SpillwayConfig } from '../../src/model/policy.ts';
import { formatProblem } from '../../src/model/problem.ts';
import { resolvePolicies } from '../../src/policy/resolve.ts';
import { draftPolicy, parseText, writePolicy } from '../support/policy-documents.ts';

const direct = 'failover: {via: Direct}, failback: {via: Direct}';

function withTarget(fields: string, spec = direct): string {
	return writePolicy('web', `web, ${fields}`, spec);
}

for (const [fields, target] of [
	['kind: HTTPRoute', { kind: 'HTTPRoute' }],
	['kind: GRPCRoute', { kind: 'GRPCRoute' }],
	['kind: HTTPRoute, group: policy.linkerd.io', { kind: 'HTTPRoute', group: 'policy.linkerd.io' }],
	['ownership: Adopted', { kind: 'TrafficSplit' }],
] as const) {
	test(`a target may be written {${fields}}`, (t) => {
		const draft = draftPolicy(withTarget(fields));
		t.deepEqual(draft.target, { cluster: 'east', namespace: 'shop', name: 'web', ...target });
		t.false('owned' in draft);
	});
}

test('a target that is owned names its apex', (t) => {
	const draft = draftPolicy(withTarget('ownership: Owned, apex: web-svc'));
	t.deepEqual(draft.owned, { apex: 'web-svc' });
	t.deepEqual(draft.target, { cluster: 'east', namespace: 'shop', name: 'web', kind: 'TrafficSplit' });
});

for (const [fields, said] of [
	['ownership: Owned', /E_REQUIRED spec\.target needs apex with ownership: Owned → add spec\.target\.apex/],
	[
		'apex: web-svc',
		/E_TARGET_FIELDS spec\.target\.apex is read from the object → remove it, or add ownership: Owned/,
	],
	[
		'kind: HTTPRoute, ownership: Owned, apex: web',
		/E_TARGET_FIELDS spec\.target\.ownership Owned is not for a HTTPRoute/,
	],
	['group: policy.linkerd.io', /E_TARGET_FIELDS spec\.target\.group is not for a TrafficSplit/],
	['kind: GRPCRoute, group: policy.linkerd.io', /E_TARGET_FIELDS spec\.target\.group is not for a GRPCRoute/],
	['kind: HTTPRoute, group: example.com', /E_ENUM spec\.target\.group has an unknown value/],
	['kind: Ingress', /E_ENUM spec\.target\.kind has an unknown value/],
	['ownership: Owned, apex: web.shop', /E_NAME_DNS1035 spec\.target\.apex/],
] as const) {
	test(`a target {${fields}} is refused, with its place and what to do`, (t) => {
		const [first, ...rest] = parseText(withTarget(fields)).problems.map(formatProblem);
		t.regex(first ?? '', said);
		t.regex(first ?? '', /^policies\/shop\.yaml:4:\d+ /);
		t.deepEqual(rest, []);
	});
}

const config: SpillwayConfig = {
	policies: ['policies'],
	clusters: [{ name: 'east', access: { kind: 'context', context: 'east' } }],
	defaults: {},
	commits: {},
};

test('F-103 SMV-05 one target is one kind of object: two policies of one are refused, of two kinds they are not', (t) => {
	const split = draftPolicy(writePolicy('a', 'web', direct));
	const route = draftPolicy(writePolicy('b', 'web, kind: HTTPRoute', direct));
	const other = draftPolicy(writePolicy('c', 'web, kind: HTTPRoute', direct));
	t.is(resolvePolicies(config, [split, route]).problems.length, 0);
	const { policies, problems } = resolvePolicies(config, [split, route, other]);
	t.deepEqual(
		problems.map(({ code }) => code),
		['E_CONFLICT', 'E_CONFLICT'],
	);
	t.deepEqual(
		policies.map(({ name }) => name),
		['a'],
	);
});
