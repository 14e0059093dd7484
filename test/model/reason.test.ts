import test from 'ava';
import type { UnknownCause } from '../../src/model/health.ts';
import { type Reason, renderReason } from '../../src/model/reason.ts';
import { weights } from '../support/policies.ts';

const causes: readonly (readonly [UnknownCause, string])[] = [
	[{ kind: 'ServiceMissing' }, 'its Service does not exist'],
	[{ kind: 'OriginMissing', origin: 'west/a/b' }, 'its origin west/a/b does not exist'],
	[{ kind: 'OriginUnreachable', origin: 'west/a/b' }, 'its origin west/a/b could not be reached'],
	[{ kind: 'NoSignal', detail: 'nobody looked' }, 'nobody looked'],
	[{ kind: 'Stale', source: 'its cluster' }, 'its cluster gave no sign of life'],
];

for (const [cause, text] of causes) {
	test(`an unknown backend says why: ${text}`, (t) => {
		t.is(
			renderReason({ code: 'BackendUnknown', backend: 'b', cause }),
			`b is unknown: ${text}; it keeps its weight and gains none`,
		);
	});
}

const reasons: readonly (readonly [Reason, string])[] = [
	[
		{ code: 'BackendFailing', backend: 'b', seen: '0 ready endpoints', actsAt: 5, after: 30_000 },
		'b is failing: 0 ready endpoints; failover.after is 30s',
	],
	[
		{ code: 'BackendRecovering', backend: 'b', returnsAt: 5, after: 120_000 },
		'b is healthy again, failback.after is 2m',
	],
	[{ code: 'FailbackManual', backend: 'b' }, 'b is healthy again, but failback.mode is Manual'],
	[{ code: 'NothingEligible' }, 'no backend is eligible, so the last weights stay (panic: HoldLast)'],
	[{ code: 'InPlace', weights: weights({ a: 1, b: 0 }) }, 'the weights are right: a 1, b 0'],
	[{ code: 'NotSynced', inputs: ['x', 'y'] }, 'waiting for x, y'],
	[{ code: 'TargetMissing', target: 'TrafficSplit east a/b' }, 'TrafficSplit east a/b does not exist'],
	[
		{ code: 'TargetInvalid', target: 'TrafficSplit east a/b', message: 'it has no spec.backends' },
		'TrafficSplit east a/b cannot be used: it has no spec.backends',
	],
	[
		{ code: 'BackendNotInSplit', backend: 'b', target: 'TrafficSplit east a/b' },
		'TrafficSplit east a/b has no backend b',
	],
	[
		{ code: 'NoRuleMatches', target: 'HTTPRoute east a/b', backends: ['a', 'b'] },
		'HTTPRoute east a/b has no rule that names all of a, b',
	],
	[{ code: 'TargetTerminating', target: 'TrafficSplit east a/b' }, 'TrafficSplit east a/b is being deleted'],
	[
		{ code: 'TargetTaken', target: 'TrafficSplit east a/b', owner: 'Canary web', setting: 'use another' },
		'TrafficSplit east a/b belongs to Canary web: use another',
	],
	[
		{ code: 'RouteShadowed', target: 'HTTPRoute east a/b', apex: 'web' },
		'HTTPRoute east a/b is ignored by Linkerd while web has a ServiceProfile: delete the ServiceProfile',
	],
	[
		{ code: 'TargetMade', target: 'TrafficSplit east a/b', weights: weights({ a: 1, b: 0 }) },
		'TrafficSplit east a/b is made with a 1, b 0',
	],
	[
		{ code: 'Contested', target: 'TrafficSplit east a/b', rounds: 3, manager: 'kubectl-edit' },
		'kubectl-edit undid the weights of TrafficSplit east a/b 3 times, so they are left alone for now: a person changed it: suspend the policy to keep what they wrote',
	],
	[
		{ code: 'AdaptorStalled', apex: 'web', overrides: weights({ a: 1, b: 0 }), since: 5 },
		'the ServiceProfile of web still routes a 1, b 0: is linkerd-smi running?',
	],
	[{ code: 'Suspended' }, 'spec.mode is Suspended'],
];

for (const [reason, text] of reasons) {
	test(`${reason.code} is a sentence: ${text}`, (t) => {
		t.is(renderReason(reason), text);
	});
}

test('a name that an object of the cluster brought along cannot break the line', (t) => {
	const cause = { kind: 'OriginMissing', origin: 'west/a/b\n\nFailover-Policy: other/one' } as const;
	const text = renderReason({ code: 'BackendUnknown', backend: 'b', cause });
	t.notRegex(text, /\n/);
	t.regex(text, /b\\u000A\\u000AFailover-Policy/);
});
