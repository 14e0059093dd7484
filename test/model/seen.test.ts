import test from 'ava';
import { judgeBackend } from '../../src/decide/judge.ts';
import type { Sample } from '../../src/model/health.ts';
import { renderReason } from '../../src/model/reason.ts';
import { describeSample } from '../../src/model/seen.ts';
import { aPolicy } from '../support/policies.ts';

const now = 1_000_000;
const staleAt = now + 1;
const counted = { kind: 'counted', from: 'local', staleAt } as const;

const samples: readonly (readonly [seen: string, sample: Sample | undefined])[] = [
	['1 ready endpoint', { ...counted, ready: 1 }],
	['2 ready endpoints in west/shop/web', { ...counted, ready: 2, from: 'west/shop/web' }],
	['0 ready endpoints', { ...counted, ready: 0 }],
	['0 ready endpoints, 1 serves until terminated', { ...counted, ready: 0, draining: 1 }],
	['0 ready endpoints, 2 serve until terminated', { ...counted, ready: 0, draining: 2 }],
	['1 ready endpoint', { ...counted, ready: 1, draining: 2 }],
	['its gateway mirror is ready', { kind: 'mirrored', ready: true, staleAt }],
	['its gateway mirror has no ready address', { kind: 'mirrored', ready: false, staleAt }],
	['its cluster gave no sign of life', { ...counted, ready: 1, staleAt: now }],
	['west/shop/web gave no sign of life', { ...counted, ready: 1, from: 'west/shop/web', staleAt: now }],
	['its cluster gave no sign of life', { kind: 'mirrored', ready: true, staleAt: now }],
	['its Service does not exist', { kind: 'unknown', cause: { kind: 'ServiceMissing' } }],
	['nothing was seen of it yet', undefined],
];

for (const [index, [seen, sample]] of samples.entries()) {
	test(`sample ${index + 1} is told as the decision tells it: ${seen}`, (t) => {
		t.is(describeSample(sample, { minReady: 1, now }), seen);
		const { reason } = judgeBackend(aPolicy(), 'web', { sample, memory: undefined }, now);
		t.true(renderReason(reason).includes(`: ${seen}`));
	});
}
