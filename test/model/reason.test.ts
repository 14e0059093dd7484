import test from 'ava';
import type { UnknownCause } from '../../src/model/health.ts';
import type { LateMerge, Veto } from '../../src/model/pull-request.ts';
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

const pull = { number: 12, url: 'https://git.example/pulls/12', by: 'ada', at: 5 } as const;
const veto: Veto = { ...pull, episode: 'a/b-1', move: 'failover' };
const late: LateMerge = { ...pull, move: 'failover', to: weights({ a: 0, b: 1 }) };
const { by: _, ...unknownMerge } = late;

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
	[
		{ code: 'RampStep', percent: 10, of: [10, 50, 100], final: weights({ a: 1, b: 0 }) },
		'10 % of the way back to a 1, b 0, in steps of 10, 50 and 100 %',
	],
	[
		{ code: 'RampWaiting', percent: 10, next: 50, nextAt: 5, interval: 60_000 },
		'10 % of the way back is live; 50 % follows once all is well for 1m',
	],
	[
		{ code: 'Vetoed', target: 'TrafficSplit east a/b', veto },
		'TrafficSplit east a/b is left as it is: ada closed pull request #12 (https://git.example/pulls/12); open it again, or comment /spillway retry, to have it moved',
	],
	[
		{ code: 'LateMerge', target: 'TrafficSplit east a/b', late },
		'pull request #12 (https://git.example/pulls/12) was merged by ada after it was no longer needed; since then Git has a 0, b 1 for TrafficSplit east a/b',
	],
	[
		{ code: 'LateMerge', target: 'TrafficSplit east a/b', late: unknownMerge },
		'pull request #12 (https://git.example/pulls/12) was merged after it was no longer needed; since then Git has a 0, b 1 for TrafficSplit east a/b',
	],
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
