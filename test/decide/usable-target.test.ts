// Targets that must not be written, and what is said of them.
import test from 'ava';
import { usableTarget } from '../../src/decide/usable-target.ts';
import type { LiveTarget } from '../../src/model/live-target.ts';
import type { FailoverPolicy } from '../../src/model/policy.ts';
import { renderReason } from '../../src/model/reason.ts';
import type { TargetSnapshot } from '../../src/model/snapshot.ts';
import { aPolicy, aSplit } from '../support/policies.ts';

const home = { 'emoji-svc': 1, 'emoji-svc-west': 0 };
const owned = { owned: { apex: 'emoji-svc' } };
const ours: Partial<LiveTarget> = { madeBy: 'spillway', madeFor: 'emojivoto/emoji', manager: 'spillway' };
const route = { kind: 'HTTPRoute', cluster: 'east', namespace: 'emojivoto', name: 'emoji-svc' } as const;

function judge(policy: Partial<FailoverPolicy>, target: Partial<LiveTarget>, values = home) {
	return usableTarget(aPolicy(policy), { kind: 'found', target: aSplit(values, target) }, undefined);
}

const refusals: readonly (readonly [
	what: string,
	policy: Partial<FailoverPolicy>,
	target: Partial<LiveTarget>,
	said: RegExp,
])[] = [
	['F-099 SMV-06 a Canary owns', {}, { owner: 'Canary emoji' }, /belongs to Canary emoji: point this policy/],
	['F-043 is being deleted', {}, { terminating: true }, /is being deleted/],
	[
		'linkerd-failover still writes',
		{},
		{ controlledBy: 'linkerd-failover', manager: 'failover.linkerd.io' },
		/belongs to linkerd-failover: remove the label .*or set it to spillway/,
	],
	['is owned, and somebody else made', owned, {}, /belongs to somebody else: delete it/],
	[
		'is owned, and was made for another policy',
		owned,
		{ ...ours, madeFor: 'emojivoto/other' },
		/belongs to policy emojivoto\/other/,
	],
	[
		'is owned, and has another apex',
		owned,
		{ ...ours, apexes: ['web'] },
		/its apex is web, not emoji-svc; delete it/,
	],
];

for (const [what, policy, target, said] of refusals) {
	test(`a target that ${what} is not written, and says what to do`, (t) => {
		const verdict = judge(policy, target);
		t.regex(verdict.kind === 'unusable' ? renderReason(verdict.reason) : 'usable', said);
	});
}

const accepted: readonly (readonly [string, Partial<FailoverPolicy>, Partial<LiveTarget>])[] = [
	['is labelled, and linkerd-failover is gone', {}, { controlledBy: 'linkerd-failover', manager: 'kubectl' }],
	['is handed over', {}, { controlledBy: 'spillway', manager: 'failover.linkerd.io' }],
	[
		'is labelled, and so is the policy',
		{ labelled: true },
		{ controlledBy: 'linkerd-failover', manager: 'failover.linkerd.io' },
	],
	['is ours', owned, ours],
];

for (const [what, policy, target] of accepted) {
	test(`a target that ${what} is usable`, (t) => {
		t.is(judge(policy, target).kind, 'usable');
	});
}

function aRoute(...rules: readonly Readonly<Record<string, number>>[]): TargetSnapshot {
	const read = rules.flatMap((values, index) =>
		aSplit(values).rules.map((rule) => ({ ...rule, pointer: `/spec/rules/${index}/backendRefs` })),
	);
	return { kind: 'found', target: aSplit({}, { kind: 'HTTPRoute', rules: read }) };
}

const toRoute = aPolicy({ target: route });

test('a route without a rule that names every backend has nothing to move', (t) => {
	t.like(usableTarget(toRoute, aRoute({ 'emoji-svc': 1 }, { 'emoji-svc-west': 1 }), undefined), {
		reason: { code: 'NoRuleMatches', backends: ['emoji-svc', 'emoji-svc-west'] },
	});
});

test('F-101 a rule that names a backend twice is refused, another rule may', (t) => {
	const twice = aSplit(home).rules.map((rule) => ({
		...rule,
		backends: [...rule.backends, ...rule.backends],
	}));
	const target: TargetSnapshot = { kind: 'found', target: aSplit({}, { kind: 'HTTPRoute', rules: twice }) };
	t.like(usableTarget(toRoute, target, undefined), { reason: { code: 'TargetInvalid' } });
	const elsewhere = twice.map((rule) => ({
		...rule,
		backends: rule.backends.filter(({ service }) => service === 'emoji-svc'),
	}));
	const mixed = aSplit(home, { kind: 'HTTPRoute', rules: [...elsewhere, ...aSplit(home).rules] });
	t.is(usableTarget(toRoute, { kind: 'found', target: mixed }, undefined).kind, 'usable');
});

test('a route whose apex has a ServiceProfile would be ignored by Linkerd', (t) => {
	const profile = { name: 'emoji-svc.emojivoto.svc.cluster.local', apex: 'emoji-svc', skipped: false };
	t.like(usableTarget(toRoute, { ...aRoute(home), profile } as TargetSnapshot, undefined), {
		reason: { code: 'RouteShadowed', apex: 'emoji-svc' },
	});
});

test('rules whose ratios differ are not even, and whatever one of them sends traffic to carries some', (t) => {
	const verdict = usableTarget(toRoute, aRoute(home, { 'emoji-svc': 0, 'emoji-svc-west': 5 }), undefined);
	t.true(verdict.kind === 'usable' && !verdict.even);
	t.deepEqual(verdict.kind === 'usable' && [...verdict.carrying], ['emoji-svc', 'emoji-svc-west']);
	const even = usableTarget(toRoute, aRoute(home, { 'emoji-svc': 5, 'emoji-svc-west': 0 }), undefined);
	t.true(even.kind === 'usable' && even.even);
});
