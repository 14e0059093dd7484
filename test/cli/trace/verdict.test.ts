import test from 'ava';
import type { TraceFacts } from '../../../src/cli/trace/trace-facts.ts';
import { judge } from '../../../src/cli/trace/verdict.ts';
import { problem } from '../../../src/model/problem.ts';
import { aPolicy, weights } from '../../support/policies.ts';
import { aLive, anId, aTrace, failoverCommit } from '../../support/traces.ts';

/** `stage: text` of each finding; the verdict alone where there is none. */
function findings(overrides: Partial<TraceFacts>): readonly string[] {
	const verdict = judge(aTrace(overrides));
	if (verdict.kind === 'inStep') return [verdict.kind];
	return [verdict.kind, ...verdict.findings.map(({ stage, text }) => `${stage}: ${text}`)];
}

const baseline = { 'emoji-svc': 1, 'emoji-svc-west': 0 };
const live = aLive(baseline);
const git = { kind: 'weights', path: 'clusters/east/emoji-split.yaml', weights: weights(baseline) } as const;
const where = { kind: 'named', name: 'clusters/east' } as const;
const view = { name: 'Kustomization flux-system/east', fetched: anId('8'), applied: anId('8') };

test('equal weights are in step, whatever the syncer says of itself', (t) => {
	t.deepEqual(findings({}), ['inStep']);
	t.deepEqual(findings({ synced: { kind: 'none' } }), ['inStep']);
	const blocker = { kind: 'SaysApplied', detail: 'it says that it applied the commit' } as const;
	t.deepEqual(findings({ synced: { kind: 'view', view: { ...view, blocker } } }), ['inStep']);
});

test('where people are asked, what they have not merged yet is no difference, and what Git says counts', (t) => {
	const policy = aPolicy({
		failover: { after: 0, via: 'PullRequest' },
		failback: { mode: 'Auto', after: 0, via: 'Direct' },
	});
	t.deepEqual(findings({ policy, live, synced: { kind: 'none' } }), [
		'differs',
		'live: pushed, not live; spillway.yaml names no syncer for east to ask',
	]);
});

test('weights are compared as ratios', (t) => {
	t.deepEqual(findings({ live: aLive({ 'emoji-svc': 0, 'emoji-svc-west': 100 }) }), ['inStep']);
});

test('without a move in the history Git and the cluster are compared all the same', (t) => {
	const { move: _, ...facts } = aTrace({ git, live });
	t.is(judge(facts).kind, 'inStep');
	t.is(judge({ ...facts, git: aTrace().git }).kind, 'differs');
});

for (const [what, synced, said] of [
	[
		'no syncer is named',
		{ kind: 'none' },
		'live: pushed, not live; spillway.yaml names no syncer for east to ask',
	],
	[
		'it has fetched an older commit',
		{ kind: 'view', view: { ...view, fetched: anId('b'), applied: anId('b') } },
		'synced: pushed, not fetched by Kustomization flux-system/east',
	],
	[
		'it has applied an older commit',
		{ kind: 'view', view: { ...view, applied: anId('b') } },
		'synced: fetched, not applied by Kustomization flux-system/east',
	],
	[
		'it has applied the commit',
		{ kind: 'view', view },
		'live: applied by Kustomization flux-system/east, and other weights are live: kustomize-controller wrote them last',
	],
	[
		'it says why',
		{ kind: 'view', view: { ...view, blocker: { kind: 'Suspended', detail: 'it is suspended' } } },
		'synced: pushed, not live: it is suspended',
	],
	[
		'it says that it applied the commit',
		{ kind: 'view', view: { ...view, blocker: { kind: 'SaysApplied', detail: 'it says so' } } },
		'live: pushed, not live: it says so',
	],
] as const) {
	test(`where Git’s weights are not live, and ${what}, that is where they stopped`, (t) => {
		t.deepEqual(findings({ synced, live }), ['differs', said]);
	});
}

test('any commit since the move carries its weights, so to have applied a later one is enough', (t) => {
	const carriers = [anId('9'), anId('8')];
	for (const applied of carriers) {
		const synced = { kind: 'view', view: { ...view, fetched: applied, applied } } as const;
		t.regex(findings({ tip: anId('9'), carriers, synced, live })[1] ?? '', /^live: applied by /);
	}
});

test('a person’s commit is named, and the cluster follows it', (t) => {
	const editedBy = {
		...failoverCommit,
		id: anId('9'),
		author: { name: 'Ada', email: 'ada@example.org' },
		message: 'back to the primary',
	};
	t.deepEqual(findings({ git, live, editedBy, tip: anId('9') }), [
		'differs',
		'git: Git no longer has what was decided, emoji-svc 0, emoji-svc-west 1, since commit 9999999 of Ada <ada@example.org>',
	]);
	t.deepEqual(findings({ git, live }), [
		'differs',
		'git: Git no longer has what was decided, emoji-svc 0, emoji-svc-west 1',
	]);
});

test('both what a person did and what is not live are told', (t) => {
	const [, first, second] = findings({ git, synced: { kind: 'none' } });
	t.regex(first ?? '', /^git: /);
	t.regex(second ?? '', /^live: pushed, not live/);
});

test('an escalation says that Git is behind for now', (t) => {
	if (live.kind !== 'live') return t.fail();
	const held = { ...live, target: { ...live.target, heldOff: 'spillway' } } as const;
	t.regex(
		findings({ live: held })[1] ?? '',
		/^live: Spillway wrote the live weights itself and holds the syncer off/,
	);
});

test('with Direct moves Git does not follow, and need not be readable', (t) => {
	t.deepEqual(findings({ policy: aPolicy(), live }), [
		'differs',
		'live: live differs from Git: moves are Direct, so Git does not follow',
	]);
	const missing = problem('E_MANIFEST_MISSING', { where, message: 'no manifest' });
	t.deepEqual(findings({ policy: aPolicy(), git: { kind: 'unclear', problem: missing } }), ['inStep']);
});

test('a manifest that a commit could not find is where it stops', (t) => {
	const missing = problem('E_MANIFEST_MISSING', { where, message: 'no manifest' });
	t.regex(
		findings({ git: { kind: 'unclear', problem: missing } })[1] ?? '',
		/^git: clusters\/east E_MANIFEST_MISSING/,
	);
});

test('a target that is gone, and one that cannot be read, are told apart', (t) => {
	t.deepEqual(findings({ live: { kind: 'missing' } }), [
		'differs',
		'live: TrafficSplit east emojivoto/emoji-svc does not exist',
	]);
	const refused = problem('E_FORBIDDEN', { where, message: 'no' });
	t.is(findings({ live: { kind: 'unknown', problem: refused } })[0], 'unknown');
});

test('every rule of a route has to carry Git’s weights', (t) => {
	if (live.kind !== 'live') return t.fail();
	const decided = weights({ 'emoji-svc': 0, 'emoji-svc-west': 1 });
	t.is(findings({ live: { ...live, weights: [decided, weights(baseline)] } })[0], 'differs');
	t.is(findings({ live: { ...live, weights: [decided, decided] } })[0], 'inStep');
});
