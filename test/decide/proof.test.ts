// A split is not enough: proxies route by the ServiceProfile that linkerd-smi makes of it.
import test from 'ava';
import { decide } from '../../src/decide/decide.ts';
import { adaptorPatience, profileLag } from '../../src/decide/proof.ts';
import { emptyMemory, type PolicyMemory } from '../../src/model/decision.ts';
import type { LiveProfile } from '../../src/model/service-profile.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { codes, start } from '../support/play-decisions.ts';
import { aPolicy, aSnapshot, aSplit, weights } from '../support/policies.ts';

const home = { 'emoji-svc': 1, 'emoji-svc-west': 0 };
const away = { 'emoji-svc': 0, 'emoji-svc-west': 1 };

function aProfile(overrides?: Readonly<Record<string, number>>, skipped = false): LiveProfile {
	const name = 'emoji-svc.emojivoto.svc.cluster.local';
	return { name, apex: 'emoji-svc', skipped, ...(overrides && { overrides: weights(overrides) }) };
}

const proofs: readonly (readonly [what: string, profile: LiveProfile | undefined, lags: boolean])[] = [
	['there is none', undefined, false],
	['it has no overrides', aProfile(), false],
	['linkerd-smi is told to skip it', aProfile(home, true), false],
	['it routes in the same ratio', aProfile({ 'emoji-svc-west': 1000, 'emoji-svc': 0 }), false],
	['it leaves out what has weight 0', aProfile({ 'emoji-svc-west': 1 }), false],
	['it routes as before', aProfile(home), true],
	['it lacks a backend', aProfile({ 'emoji-svc': 1 }), true],
	['it has a backend of its own', aProfile({ ...away, other: 1 }), true],
	['all of it is 0', aProfile({ 'emoji-svc': 0, 'emoji-svc-west': 0 }), true],
];

for (const [what, profile, lags] of proofs) {
	test(`a profile ${lags ? 'does not follow' : 'is no obstacle'} when ${what}`, (t) => {
		t.is(profileLag(aSplit(away), profile) !== undefined, lags);
		t.is(profileLag(aSplit(away, { kind: 'HTTPRoute' }), profile), undefined);
	});
}

const lagging: Snapshot = {
	...aSnapshot(home, { 'emoji-svc': 1, 'emoji-svc-west': 1 }),
	target: { kind: 'found', target: aSplit(home), profile: aProfile(away) },
};

test('weights in place behind a profile that differs are told after a patience, ever more rarely, until it follows', (t) => {
	let memory: PolicyMemory = emptyMemory;
	const look = (after: number, snapshot = lagging) => {
		const outcome = decide(aPolicy(), snapshot, memory, start + after);
		memory = outcome.memory;
		return outcome;
	};
	const first = look(0);
	t.deepEqual([codes(first.decision), first.wakeAt], [['InPlace'], start + adaptorPatience]);
	t.deepEqual(codes(look(adaptorPatience - 1).decision), ['InPlace']);
	const wakes = [1, 2, 4].map((times) => {
		const { decision, wakeAt } = look(times * adaptorPatience);
		t.deepEqual(codes(decision), ['InPlace', 'AdaptorStalled']);
		return (wakeAt ?? 0) - start;
	});
	t.deepEqual(
		wakes,
		[2, 4, 8].map((times) => times * adaptorPatience),
	);
	const followed = look(50_000, aSnapshot(home, { 'emoji-svc': 1, 'emoji-svc-west': 1 }));
	t.deepEqual([codes(followed.decision), followed.memory.behindSince], [['InPlace'], undefined]);
	t.deepEqual(codes(look(60_000).decision), ['InPlace']);
});
