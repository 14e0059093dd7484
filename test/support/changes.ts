import type { EditChange, PatchChange } from '../../src/model/change.ts';
import type { Shift } from '../../src/model/decision.ts';
import type { TargetRef } from '../../src/model/names.ts';
import { aSplit, weights } from './policies.ts';

/** A failover of emoji-svc to emoji-svc-west, unless told otherwise. */
export function aShift(overrides: Partial<Shift> = {}): Shift {
	return {
		kind: 'shift',
		move: 'failover',
		from: weights({ 'emoji-svc': 1, 'emoji-svc-west': 0 }),
		to: weights({ 'emoji-svc': 0, 'emoji-svc-west': 1 }),
		episode: { id: 'emojivoto/emoji-mbz3k2o0', since: 1_750_000_000_000 },
		reasons: [
			{ code: 'BackendUnhealthy', backend: 'emoji-svc', seen: '0 ready endpoints', minReady: 1 },
			{ code: 'TierChosen', tier: 1, weights: weights({ 'emoji-svc': 0, 'emoji-svc-west': 1 }) },
		],
		...overrides,
	};
}

export const emojiTarget: TargetRef = {
	kind: 'TrafficSplit',
	cluster: 'east',
	namespace: 'emojivoto',
	name: 'emoji-svc',
};

export const policyCommit = 'c0ffee0000000000000000000000000000000000';

/** That failover as an edit below clusters/east. */
export function anEditChange(overrides: Partial<EditChange> = {}): EditChange {
	return {
		kind: 'edit',
		policy: 'emojivoto/emoji',
		target: emojiTarget,
		shift: aShift(),
		decidedAt: 1_750_000_000_000,
		folder: 'clusters/east',
		policyCommit,
		...overrides,
	};
}

/** That failover as a patch. */
export function aPatchChange(overrides: Partial<PatchChange> = {}): PatchChange {
	return {
		kind: 'patch',
		policy: 'emojivoto/emoji',
		target: emojiTarget,
		shift: aShift(),
		decidedAt: 1_750_000_000_000,
		version: 'v1alpha2',
		operations: [
			{ op: 'test', path: '/metadata/uid', value: 'uid-of-it' },
			{ op: 'replace', path: '/metadata/resourceVersion', value: '7' },
		],
		base: aSplit({ 'emoji-svc': 1, 'emoji-svc-west': 0 }),
		...overrides,
	};
}
