import test from 'ava';
import type { SpillwayConfig } from '../../src/model/policy.ts';
import { formatProblem } from '../../src/model/problem.ts';
import { maxPolicies, resolvePolicies } from '../../src/policy/resolve.ts';
import { draftPolicy, writePolicy } from '../support/policy-documents.ts';

const config: SpillwayConfig = {
	policies: ['policies'],
	clusters: [
		{ name: 'east', access: { kind: 'context', context: 'east' }, manifests: 'clusters/east' },
		{ name: 'west', access: { kind: 'context', context: 'west' } },
	],
	defaults: { failoverVia: 'Commit', failbackVia: 'Direct' },
	commits: {},
};

const emoji = draftPolicy(writePolicy('emoji', 'emoji-svc'), 'policies/emoji.yaml');

function explain(...resolve: Parameters<typeof resolvePolicies>): readonly string[] {
	const { policies, problems } = resolvePolicies(...resolve);
	return [...policies.map(({ key }) => key), ...problems.map(formatProblem)];
}

test('spillway.yaml says how moves are carried out where a policy does not', (t) => {
	const { policies, problems } = resolvePolicies(config, [emoji]);
	t.deepEqual(problems, []);
	t.is(policies[0]?.failover.via, 'Commit');
	t.is(policies[0]?.failback.via, 'Direct');
	t.false('places' in (policies[0] ?? {}), 'a policy carries no places');
});

test('what a policy says itself goes first', (t) => {
	const own = draftPolicy(
		writePolicy('emoji', 'emoji-svc', 'failover: {via: Direct}, failback: {via: Commit}'),
	);
	const { policies } = resolvePolicies(config, [own]);
	t.is(policies[0]?.failover.via, 'Direct');
	t.is(policies[0]?.failback.via, 'Commit');
});

test('without any via both places that could say it are named', (t) => {
	t.deepEqual(explain({ ...config, defaults: { failoverVia: 'Direct' } }, [emoji]), [
		'policies/emoji.yaml:4:1 E_REQUIRED spec.failback.via is required, as spillway.yaml has no default for it (expected Direct, Commit or PullRequest) → add spec.failback.via here, or spec.defaults.failback.via in spillway.yaml',
	]);
});

test('a cluster that is not declared is told with those that are', (t) => {
	const draft = draftPolicy(
		writePolicy('emoji', 'emoji-svc')
			.replace('cluster: east', 'cluster: eats')
			.replace('{service: a}', '{service: a, origin: {cluster: north, service: a}}'),
		'policies/emoji.yaml',
	);
	t.deepEqual(explain({ ...config, defaults: { failoverVia: 'Direct', failbackVia: 'Direct' } }, [draft]), [
		'policies/emoji.yaml:4:26 E_REFERENCE spillway.yaml declares no cluster "eats" (expected one of east, west) → did you mean east?',
		'policies/emoji.yaml:4:92 E_REFERENCE spillway.yaml declares no cluster "north" (expected one of east, west) → declare it or correct the name',
	]);
});

test('Commit needs the manifests of the target’s cluster, Direct does not', (t) => {
	const text = writePolicy('emoji', 'emoji-svc').replace('cluster: east', 'cluster: west');
	const draft = draftPolicy(text, 'policies/emoji.yaml');
	t.deepEqual(explain(config, [draft]), [
		"policies/emoji.yaml:4:26 E_REQUIRED via: Commit needs the folder of cluster west's manifests → add spec.clusters.west.manifests in spillway.yaml, or use via: Direct",
	]);
	t.deepEqual(explain({ ...config, defaults: { failoverVia: 'Direct', failbackVia: 'Direct' } }, [draft]), [
		'shop/emoji',
	]);
});

test('policies that claim one target are both refused, the others are not', (t) => {
	const rival = draftPolicy(writePolicy('rival', 'emoji-svc'), 'policies/rival.yaml');
	const voting = draftPolicy(writePolicy('voting', 'voting-svc'), 'policies/voting.yaml');
	t.deepEqual(explain(config, [emoji, rival, voting]), [
		'shop/voting',
		'policies/emoji.yaml:4:8 E_CONFLICT TrafficSplit east shop/emoji-svc is the target of shop/rival at policies/rival.yaml:1 too → delete one of the two policies',
		'policies/rival.yaml:4:8 E_CONFLICT TrafficSplit east shop/emoji-svc is the target of shop/emoji at policies/emoji.yaml:1 too → delete one of the two policies',
	]);
});

test('policies of one name are both refused', (t) => {
	const twin = draftPolicy(writePolicy('emoji', 'voting-svc'), 'policies/twin.yaml');
	t.deepEqual(explain(config, [emoji, twin]), [
		'policies/emoji.yaml:3:18 E_CONFLICT policy shop/emoji stands at policies/twin.yaml:1 too → delete one of the two policies',
		'policies/twin.yaml:3:18 E_CONFLICT policy shop/emoji stands at policies/emoji.yaml:1 too → delete one of the two policies',
	]);
});

test('the same target on another cluster or in another namespace is another target', (t) => {
	const west = draftPolicy(
		writePolicy('west', 'emoji-svc', 'failover: {via: Direct}').replace('cluster: east', 'cluster: west'),
	);
	const other = draftPolicy(writePolicy('other', 'emoji-svc').replace('namespace: shop', 'namespace: other'));
	t.deepEqual(explain(config, [emoji, west, other]), ['shop/emoji', 'shop/west', 'other/other']);
});

test('without spillway.yaml only conflicts are told and nothing is complete', (t) => {
	t.deepEqual(explain(undefined, [emoji]), []);
	t.is(explain(undefined, [emoji, { ...emoji }]).length, 4);
});

test('10 000 policies are resolved, one more is refused as a whole', (t) => {
	const drafts = Array.from({ length: maxPolicies + 1 }, (_, number) => ({
		...emoji,
		key: `shop/policy-${number}`,
		target: { ...emoji.target, name: `split-${number}` },
	}));
	t.is(resolvePolicies(config, drafts.slice(1)).policies.length, maxPolicies);
	const refused = resolvePolicies(config, drafts);
	t.deepEqual(refused.policies, []);
	t.deepEqual(
		refused.problems.map(({ code, got }) => [code, got]),
		[['E_LIMIT', '10001']],
	);
});
