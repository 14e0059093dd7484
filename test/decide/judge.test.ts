import test from 'ava';
import { judgeBackend, type Standing } from '../../src/decide/judge.ts';
import type { BackendMemory, Sample } from '../../src/model/health.ts';
import type { FailoverPolicy } from '../../src/model/policy.ts';
import { renderReason } from '../../src/model/reason.ts';
import { aPolicy } from '../support/policies.ts';

const forever = Number.POSITIVE_INFINITY;

function counted(ready: number, more: Partial<Extract<Sample, { kind: 'counted' }>> = {}): Sample {
	return { kind: 'counted', ready, from: 'local', staleAt: forever, ...more };
}

const lost: Sample = { kind: 'unknown', cause: { kind: 'NoSignal', detail: 'not seen' } };

type Step = readonly [at: number, sample: Sample, standing: Standing];

function withAfter(after: number): FailoverPolicy {
	return aPolicy({ failover: { after, via: 'Direct' } });
}

const plays: readonly (readonly [what: string, policy: FailoverPolicy, steps: readonly Step[]])[] = [
	[
		'without failover.after, the first failing sample counts',
		aPolicy(),
		[
			[0, counted(1), 'eligible'],
			[1, counted(0), 'failed'],
		],
	],
	[
		'F-092 a passing sample ends a failing run',
		withAfter(10_000),
		[
			[0, counted(0), 'holding'],
			[9_000, counted(0), 'holding'],
			[9_500, counted(1), 'eligible'],
			[10_000, counted(0), 'holding'],
			[20_000, counted(0), 'failed'],
		],
	],
	[
		'INV-08 unknown is never failed, and ends a failing run',
		withAfter(10_000),
		[
			[0, counted(0), 'holding'],
			[9_000, lost, 'holding'],
			[11_000, counted(0), 'holding'],
			[21_000, counted(0), 'failed'],
		],
	],
	[
		'F-077 pods that serve until they end carry nothing new: a drain is ridden out by failover.after',
		withAfter(30_000),
		[
			[0, counted(0, { draining: 2 }), 'holding'],
			[29_999, counted(0, { draining: 1 }), 'holding'],
			[30_000, counted(1), 'eligible'],
			[31_000, counted(0, { draining: 1 }), 'holding'],
			[61_000, counted(0, { draining: 1 }), 'failed'],
		],
	],
	[
		'F-077 without failover.after a drain is left at once',
		aPolicy(),
		[[0, counted(0, { draining: 2 }), 'failed']],
	],
	[
		'F-075 endpoints that vanished are believed to be gone after 100 ms',
		aPolicy(),
		[
			[500, counted(0, { vanishedAt: 500 }), 'holding'],
			[599, counted(0, { vanishedAt: 500 }), 'holding'],
			[600, counted(0, { vanishedAt: 500 }), 'failed'],
		],
	],
	[
		'F-075 endpoints that are seen again in time never were gone',
		aPolicy(),
		[
			[500, counted(0, { vanishedAt: 500 }), 'holding'],
			[510, counted(1), 'eligible'],
		],
	],
	[
		'F-075 the 100 ms count towards failover.after',
		withAfter(10_000),
		[
			[500, counted(0, { vanishedAt: 500 }), 'holding'],
			[10_500, counted(0, { vanishedAt: 500 }), 'failed'],
		],
	],
	[
		'INV-07 a stale sample is unknown',
		aPolicy(),
		[
			[0, counted(1, { staleAt: 100 }), 'eligible'],
			[100, counted(1, { staleAt: 100 }), 'holding'],
			[100, counted(0, { staleAt: 100 }), 'holding'],
		],
	],
	[
		'a gateway mirror is one bit',
		aPolicy({ health: { minReady: 5, staleAfter: 40_000 } }),
		[
			[0, { kind: 'mirrored', ready: true, staleAt: forever }, 'eligible'],
			[1, { kind: 'mirrored', ready: false, staleAt: forever }, 'failed'],
		],
	],
];

for (const [what, policy, steps] of plays) {
	test(what, (t) => {
		let memory: BackendMemory | undefined;
		const seen = steps.map(([at, sample]) => {
			const judged = judgeBackend(policy, 'web', { sample, memory }, at);
			memory = judged.memory;
			return judged.standing;
		});
		t.deepEqual(
			seen,
			steps.map(([, , standing]) => standing),
		);
	});
}

const changes: readonly (readonly [
	what: string,
	sample: Sample,
	changesAt: number | undefined,
	reason: RegExp,
])[] = [
	['passing', counted(1, { staleAt: 90_000 }), 90_000, /^web is healthy: 1 ready endpoint$/],
	['failed', counted(0, { staleAt: 90_000 }), 90_000, /^web is unhealthy: 0 ready endpoints, minReady is 1$/],
	[
		'draining',
		counted(0, { draining: 2, staleAt: 90_000 }),
		90_000,
		/^web is unhealthy: 0 ready endpoints, 2 serve until terminated, minReady is 1$/,
	],
	['vanished', counted(0, { vanishedAt: 990, staleAt: 90_000 }), 1_090, /^web is failing: 0 ready endpoints/],
	['unknown', lost, undefined, /^web is unknown: not seen/],
];

for (const [what, sample, changesAt, reason] of changes) {
	test(`whoever is ${what} says why, and when that changes by itself`, (t) => {
		const judged = judgeBackend(aPolicy(), 'web', { sample, memory: undefined }, 1_000);
		t.is(judged.changesAt, changesAt);
		t.regex(renderReason(judged.reason), reason);
	});
}

test('what was never seen is unknown', (t) => {
	t.is(judgeBackend(aPolicy(), 'web', { sample: undefined, memory: undefined }, 0).standing, 'holding');
});
