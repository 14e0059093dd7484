import test from 'ava';
import { emptyMemory, type PolicyMemory } from '../../src/model/decision.ts';
import type { Sample } from '../../src/model/health.ts';
import { defaultPullRequests, type FailoverPolicy, type GroupBy } from '../../src/model/policy.ts';
import { formatBranch } from '../../src/model/pull-request.ts';
import { planEdit } from '../../src/plan/plan-edit.ts';
import { groupOf, groupsOf, planPullRequest } from '../../src/plan/pull-request-change.ts';
import { aShift, policyCommit } from '../support/changes.ts';
import { aBackend, aPolicy, aSample, aSplit } from '../support/policies.ts';

const now = 1_000_000;
const live = aSplit({ 'emoji-svc': 1, 'emoji-svc-west': 0 }, { apexes: ['emoji', 'other'] });
const memory: PolicyMemory = {
	...emptyMemory,
	backends: new Map([
		['emoji-svc', { verdict: 'Unhealthy', failingSince: 900_000 }],
		['emoji-svc-west', { verdict: 'Healthy', passingSince: 5_000 }],
	]),
};
const samples = new Map<string, Sample>([
	['emoji-svc', aSample(0)],
	[
		'emoji-svc-west',
		{ kind: 'counted', ready: 3, from: 'west/emojivoto/emoji-svc', staleAt: Number.POSITIVE_INFINITY },
	],
]);

function plan(policy: FailoverPolicy, overrides: { readonly samples?: ReadonlyMap<string, Sample> } = {}) {
	const request = { snapshot: { samples, ...overrides }, settings: defaultPullRequests, now };
	const destination = { policy, live, manifests: 'clusters/east', policyCommit, memory, request };
	return { destination, change: planPullRequest({ shift: aShift(), decidedAt: now }, destination) };
}

const asking = aPolicy({
	failover: {
		after: 0,
		via: 'PullRequest',
		escalate: [
			{ after: 60_000, to: 'Notify' },
			{ after: 300_000, to: 'Direct' },
		],
	},
	failback: { mode: 'Auto', after: 0, via: 'PullRequest', autoMerge: true },
});

test('a pull request carries the edit that a commit would, and says where it comes from', (t) => {
	const { change, destination } = plan(asking);
	t.deepEqual(change.edit, planEdit({ shift: aShift(), decidedAt: now }, destination));
	const { policy, target, shift, decidedAt } = change.edit;
	t.like(change, { kind: 'pull-request', policy, target, shift, decidedAt, apex: 'emoji' });
	t.is(change.source, 'policies/emoji.yaml:1');
	t.deepEqual(change.failback, asking.failback);
});

test('the ladder of a failover stands with its times, and a failover is not merged by itself', (t) => {
	const { change } = plan(asking);
	t.deepEqual(change.rungs, [
		{ to: 'Notify', at: now + 60_000 },
		{ to: 'Direct', at: now + 300_000 },
	]);
	t.false(change.autoMerge);
});

test('a failback has no ladder, and is merged by itself where the policy says so', (t) => {
	const { destination } = plan(asking);
	const pending = { shift: aShift({ move: 'failback' }), decidedAt: now };
	const change = planPullRequest(pending, destination);
	t.deepEqual(change.rungs, []);
	t.true(change.autoMerge);
	t.is(change.group.move, 'failback');
	const plain = aPolicy({ failback: { mode: 'Auto', after: 0, via: 'PullRequest' } });
	t.false(planPullRequest(pending, { ...destination, policy: plain }).autoMerge);
});

test('each backend is told in the order of the policy: where, since when, and against what', (t) => {
	t.deepEqual(plan(asking).change.evidence, [
		{
			service: 'emoji-svc',
			cluster: 'east',
			tier: 0,
			verdict: 'Unhealthy',
			seen: '0 ready endpoints',
			threshold: 'at least 1 ready',
			since: 900_000,
		},
		{
			service: 'emoji-svc-west',
			cluster: 'west',
			tier: 1,
			verdict: 'Healthy',
			seen: '3 ready endpoints in west/emojivoto/emoji-svc',
			threshold: 'at least 1 ready',
			since: 5_000,
		},
	]);
});

const clusters: readonly (readonly [title: string, sample: Sample | undefined, cluster: string])[] = [
	['a backend of which nothing is known', undefined, 'east'],
	[
		'an origin that could not be reached',
		{ kind: 'unknown', cause: { kind: 'OriginUnreachable', origin: 'west/a/b' } },
		'west',
	],
	['a gateway mirror', { kind: 'mirrored', ready: false, staleAt: Number.POSITIVE_INFINITY }, 'east'],
];

for (const [title, sample, cluster] of clusters) {
	test(`the cluster of ${title} is ${cluster}`, (t) => {
		const seen = sample === undefined ? new Map() : new Map([['emoji-svc-west', sample]]);
		t.is(plan(asking, { samples: seen }).change.evidence[1]?.cluster, cluster);
	});
}

test('an origin that the policy writes counts before what was seen', (t) => {
	const origin = { cluster: 'north', namespace: 'emojivoto', service: 'emoji-svc' };
	const policy = aPolicy({
		...asking,
		backends: [aBackend('emoji-svc'), aBackend('emoji-svc-west', { origin })],
	});
	t.is(plan(policy).change.evidence[1]?.cluster, 'north');
});

test('a target that is to be made is told by the apex it is made for', (t) => {
	const policy = aPolicy({ ...asking, owned: { apex: 'emoji-svc' } });
	const { destination } = plan(policy);
	const pending = { shift: aShift(), decidedAt: now };
	t.is(planPullRequest(pending, { ...destination, live: undefined }).apex, 'emoji-svc');
	t.is(planPullRequest(pending, { ...destination, policy: asking, live: undefined }).apex, undefined);
});

const names: readonly (readonly [groupBy: GroupBy, group: string | undefined, name: string])[] = [
	['Cluster', undefined, 'east'],
	['Namespace', undefined, 'east.emojivoto'],
	['Policy', undefined, 'east.emojivoto.emoji'],
	['Cluster', 'checkout', 'east_checkout'],
	['Policy', 'checkout', 'east_checkout'],
];

for (const [groupBy, group, name] of names) {
	test(`grouped by ${groupBy}, a policy ${group === undefined ? '' : `of group ${group} `}shares ${name}`, (t) => {
		const policy = aPolicy(group === undefined ? {} : { group });
		t.deepEqual(groupsOf(policy, { ...defaultPullRequests, groupBy }), [
			{ move: 'failover', name },
			{ move: 'failback', name },
		]);
	});
}

test('F36 no two groups have one branch, none is a folder of another, and all are names that Git takes', (t) => {
	const labels = ['east', 'east-1', 'lock', 'x'];
	const branches = new Map<string, string>();
	for (const cluster of labels) {
		for (const namespace of labels) {
			for (const name of labels) {
				const policy = aPolicy({ namespace, name, target: { ...aPolicy().target, cluster } });
				for (const [groupBy, key] of [
					['Cluster', cluster],
					['Namespace', `${cluster} ${namespace}`],
					['Policy', `${cluster} ${namespace} ${name}`],
				] as const) {
					branches.set(key, formatBranch(groupOf(policy, 'failover', groupBy)));
				}
				const named = { ...policy, group: name };
				branches.set(`${cluster} group ${name}`, formatBranch(groupOf(named, 'failover', 'Cluster')));
			}
		}
	}
	const all = [...branches.values()];
	t.is(new Set(all).size, branches.size);
	for (const branch of all) {
		t.false(all.some((other) => other.startsWith(`${branch}/`)));
		t.regex(branch, /^spillway\/failover\/[a-z0-9]([a-z0-9._-]*[a-z0-9_])?$/);
		t.notRegex(branch, /\.\.|\.lock$/);
	}
});
