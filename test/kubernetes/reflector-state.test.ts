import test from 'ava';
import {
	afterListing,
	afterWatching,
	initialState,
	type WatchingState,
} from '../../src/kubernetes/reflector-state.ts';
import type { WatchEnd } from '../../src/kubernetes/watch-news.ts';
import { problem } from '../../src/model/problem.ts';

const where = { kind: 'named', name: 'east emojivoto' } as const;
const context = { where, random: () => 0, now: 100_000, compare: () => [] };
const trouble = problem('E_CLUSTER_UNREACHABLE', { where, message: 'no answer' });
const failed = { kind: 'failed', problem: trouble } as const;

function watching(failures: number): WatchingState {
	const resync = { at: 130_000, period: 60_000 };
	return { kind: 'watching', version: 'v1', resourceVersion: '12', failures, refused: 0, resync };
}

function afterEnd(failures: number, end: WatchEnd, lived: number) {
	return afterWatching(watching(failures), { end, resourceVersion: '20', lived }, context).next;
}

test('failures in a row wait longer and longer, up to 30 s', (t) => {
	const spans = [0, 1, 2, 3, 10, 1_000_000].map((failures) => {
		const { next } = afterListing({ ...initialState, failures }, failed, context);
		return next.kind === 'waiting' ? next.span : undefined;
	});
	t.deepEqual(spans, [250, 500, 1_000, 2_000, 15_000, 15_000]);
});

test('Retry-After is waited for even where the back-off would be shorter or longer', (t) => {
	for (const failures of [0, 20]) {
		const { next } = afterListing({ ...initialState, failures }, { ...failed, retryAfter: 3_000 }, context);
		t.like(next, { kind: 'waiting', span: 3_250 });
	}
});

test('a list keeps the failures before it, a healthy watch forgives them', (t) => {
	const listed = { kind: 'listed', version: 'v1', resourceVersion: '12', items: [], problems: [] } as const;
	const { next } = afterListing({ ...initialState, failures: 4 }, listed, context);
	t.like(next, { kind: 'watching', failures: 4 });
	t.like(afterEnd(4, { kind: 'closed' }, 4_999), { kind: 'watching', failures: 4, resourceVersion: '20' });
	t.like(afterEnd(4, { kind: 'closed' }, 5_000), { kind: 'watching', failures: 0, resourceVersion: '20' });
});

test('a watch that fails goes on from its last version, and from the fifth failure on lists again', (t) => {
	t.like(afterEnd(3, failed, 0), {
		kind: 'waiting',
		span: 2_000,
		next: { kind: 'watching', failures: 4, resourceVersion: '20' },
	});
	t.like(afterEnd(4, failed, 0), {
		kind: 'waiting',
		span: 4_000,
		next: { kind: 'listing', failures: 5, seen: '20' },
	});
	t.like(afterEnd(4, failed, 5_000), {
		kind: 'waiting',
		span: 250,
		next: { kind: 'watching', failures: 1 },
	});
});

test('an expired watch lists at once the first time, and waits where it has failed before', (t) => {
	t.like(afterEnd(0, { kind: 'expired' }, 0), { kind: 'listing', failures: 1, seen: '20' });
	t.like(afterEnd(1, { kind: 'expired' }, 0), { kind: 'waiting', span: 500, next: { kind: 'listing' } });
	t.like(afterEnd(1, { kind: 'expired' }, 5_000), { kind: 'listing', failures: 1 });
});

for (const [seen, listed, isRefused] of [
	['100', '99', true],
	['100', '100', false],
	['100', '101', false],
	['9007199254740993', '9007199254740992', true],
	['99999999999999999999999', '100000000000000000000000', false],
	['abc', '1', false],
	['1', 'abc', false],
] as const) {
	test(`F-018 after version ${seen}, a list of version ${listed} is ${isRefused ? 'refused' : 'accepted'}`, (t) => {
		const listing = {
			kind: 'listed',
			version: 'v1',
			resourceVersion: listed,
			items: [],
			problems: [],
		} as const;
		const { next, changes } = afterListing({ ...initialState, seen }, listing, context);
		t.is(next.kind, isRefused ? 'waiting' : 'watching');
		t.is(changes[0]?.kind, isRefused ? 'problem' : 'reset');
	});
}
