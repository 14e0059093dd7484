import test from 'ava';
import { defaultPullRequests, type SpillwayConfig, type SyncerConfig } from '../../src/model/policy.ts';
import { formatProblem } from '../../src/model/problem.ts';
import { resolvePolicies } from '../../src/policy/resolve.ts';
import { draftPolicy, writePolicy } from '../support/policy-documents.ts';

/** spillway.yaml with one cluster, and this syncer for it; moves are commits unless a policy says otherwise. */
function configWith(syncer?: SyncerConfig): SpillwayConfig {
	const access = { kind: 'context', context: 'east' } as const;
	return {
		policies: ['policies'],
		clusters: [{ name: 'east', access, manifests: 'clusters/east', ...(syncer && { syncer }) }],
		defaults: { failoverVia: 'Commit', failbackVia: 'Commit' },
		commits: {},
	};
}

function judge(config: SpillwayConfig, target: string, spec?: string): readonly string[] {
	const { policies, problems } = resolvePolicies(config, [draftPolicy(writePolicy('web', target, spec))]);
	return [...policies.map(({ key }) => key), ...problems.map(formatProblem)];
}

const flux: SyncerConfig = { kind: 'Flux' };
const dedicated: SyncerConfig = {
	kind: 'ArgoCD',
	application: { namespace: 'argocd', name: 'east-splits' },
	dedicated: true,
};

for (const target of ['web, kind: HTTPRoute', 'web, kind: GRPCRoute', 'web, ownership: Owned, apex: a']) {
	test(`{${target}} may be moved by commits`, (t) => {
		t.deepEqual(judge(configWith(), target), ['shop/web']);
	});
}

test('an owned target has one owner: Git or the cluster, not one for each way', (t) => {
	const owned = 'web, ownership: Owned, apex: a';
	t.deepEqual(judge(configWith(), owned, 'failover: {via: Direct}, failback: {via: Direct}'), ['shop/web']);
	t.deepEqual(judge(configWith(), owned, 'failover: {via: Direct}'), [
		'policies/shop.yaml:4:1 E_OWNED_VIA an owned target has one owner, but spec.failover.via is Direct and spec.failback.via is Commit → use the same via for failover and failback',
	]);
	t.regex(
		judge(configWith(), owned, 'failback: {via: Direct}')[0] ?? '',
		/E_OWNED_VIA .* spec\.failover\.via is Commit and spec\.failback\.via is Direct/,
	);
	t.deepEqual(judge(configWith(), 'web', 'failback: {via: Direct}'), ['shop/web'], 'an adopted one may');
});

const escalating = 'failover: {escalate: [{after: 30s, to: Direct}]}';

for (const [what, syncer] of [
	['Flux', flux],
	['a dedicated Application', dedicated],
] as const) {
	test(`a commit may be followed by a direct write where the syncer is ${what}`, (t) => {
		const draft = draftPolicy(writePolicy('web', 'web', escalating));
		const { policies, problems } = resolvePolicies(configWith(syncer), [draft]);
		t.deepEqual(problems, []);
		t.deepEqual(policies[0]?.failover, {
			after: 0,
			via: 'Commit',
			escalate: [{ after: 30_000, to: 'Direct' }],
		});
	});
}

for (const [what, syncer, said] of [
	[
		'no syncer is named',
		undefined,
		'a syncer would undo the direct write from its cache, also while Git is down → name it in spec.clusters.east.syncer, such as spec.clusters.east.syncer: Flux',
	],
	[
		'Argo CD has no Application for targets alone',
		{ kind: 'ArgoCD', application: { namespace: 'argocd', name: 'east' } },
		'Argo CD can only be held off a whole Application, and would undo the direct write otherwise → give the targets an Application of their own, and name it: spec.clusters.east.syncer: {kind: ArgoCD, application: argocd/east-splits, dedicated: true}',
	],
] as const) {
	test(`an escalation is refused where ${what}`, (t) => {
		t.deepEqual(judge(configWith(syncer), 'web', escalating), [
			`policies/shop.yaml:4:132 E_ESCALATION ${said}`,
		]);
	});
}

test('an escalation is not for direct writes', (t) => {
	t.deepEqual(judge(configWith(flux), 'web', escalating.replace('{e', '{via: Direct, e')), [
		'policies/shop.yaml:4:117 E_ESCALATION spec.failover.escalate is for via: Commit or PullRequest; Direct writes at once → remove it, or use spec.failover.via: Commit',
	]);
});

for (const to of ['Notify', 'Reviewers', 'AutoMerge', 'Commit']) {
	test(`a commit is not followed by ${to}`, (t) => {
		const spec = `failover: {escalate: [{after: 30s, to: ${to}}]}`;
		const config = { ...configWith(flux), pullRequests: { ...defaultPullRequests, onCall: ['ada'] } };
		t.deepEqual(judge(config, 'web', spec), [
			`policies/shop.yaml:4:132 E_ESCALATION spec.failover.escalate[0].to ${to} is for via: PullRequest; a commit can only be followed by Direct → remove the step, or use spec.failover.via: PullRequest`,
		]);
		t.deepEqual(judge(config, 'web', spec.replace('{e', '{via: PullRequest, e')), ['shop/web']);
	});
}

const climbing =
	'failover: {via: PullRequest, escalate: [{after: 1m, to: Notify}, {after: 2m, to: Reviewers}, {after: 3m, to: AutoMerge}, {after: 4m, to: Commit}, {after: 5m, to: Direct}]}';

test('steps that turn to people need people to turn to', (t) => {
	const nobody = configWith(flux);
	const refused = [
		'policies/shop.yaml:4:149 E_ESCALATION spec.failover.escalate[0].to Notify has nobody to turn to → name people in spec.pullRequests.onCall of spillway.yaml, such as onCall: [ada, team:sre]',
		'policies/shop.yaml:4:174 E_ESCALATION spec.failover.escalate[1].to Reviewers has nobody to turn to → name people in spec.pullRequests.onCall or reviewers of spillway.yaml, such as onCall: [ada, team:sre]',
	];
	t.deepEqual(judge(nobody, 'web', climbing), refused);
	t.deepEqual(judge({ ...nobody, pullRequests: defaultPullRequests }, 'web', climbing), refused);
	const onCall = { ...nobody, pullRequests: { ...defaultPullRequests, onCall: ['team:sre'] } };
	t.deepEqual(judge(onCall, 'web', climbing), ['shop/web']);
	const reviewers = { ...nobody, pullRequests: { ...defaultPullRequests, reviewers: ['ada'] } };
	t.deepEqual(judge(reviewers, 'web', climbing), refused.slice(0, 1));
});

test('a step to Direct needs its syncer at the end of a ladder too, and all is told at once', (t) => {
	const told = judge(configWith(), 'web', climbing);
	t.is(told.length, 3);
	t.regex(told[2] ?? '', /^policies\/shop\.yaml:4:255 E_ESCALATION a syncer would undo the direct write/);
});

test('Commit and PullRequest are both in Git: an owned target may go out by one and return by the other', (t) => {
	const owned = 'web, ownership: Owned, apex: a';
	t.deepEqual(judge(configWith(), owned, 'failback: {via: PullRequest}'), ['shop/web']);
	t.regex(
		judge(configWith(), owned, 'failover: {via: Direct}, failback: {via: PullRequest}')[0] ?? '',
		/E_OWNED_VIA .* spec\.failover\.via is Direct and spec\.failback\.via is PullRequest/,
	);
});

test('a pull request needs the manifests of the target’s cluster, as a commit does', (t) => {
	const config = configWith();
	const [east] = config.clusters;
	if (east === undefined) return t.fail();
	const { manifests: _, ...observed } = east;
	const spec = 'failover: {via: Direct}, failback: {via: PullRequest}';
	t.deepEqual(judge({ ...config, clusters: [observed] }, 'web', spec), [
		"policies/shop.yaml:4:26 E_REQUIRED via: PullRequest needs the folder of cluster east's manifests → add spec.clusters.east.manifests in spillway.yaml, or use via: Direct",
	]);
});

test('only a pull request is merged by itself', (t) => {
	t.deepEqual(judge(configWith(), 'web', 'failback: {via: PullRequest, autoMerge: true}'), ['shop/web']);
	t.deepEqual(judge(configWith(), 'web', 'failback: {autoMerge: false}'), ['shop/web']);
	t.deepEqual(judge(configWith(), 'web', 'failback: {autoMerge: true}'), [
		'policies/shop.yaml:4:104 E_AUTO_MERGE spec.failback.autoMerge is for via: PullRequest, but spec.failback.via is Commit → remove spec.failback.autoMerge, or use spec.failback.via: PullRequest',
	]);
});

test('without any via, or on a cluster that is not declared, that alone is told', (t) => {
	const config = configWith();
	t.regex(
		judge({ ...config, defaults: {} }, 'web', escalating).join(' '),
		/^\S+ E_REQUIRED \S+ is required.*\S+ E_REQUIRED [^E]*$/,
	);
	t.regex(judge({ ...config, clusters: [] }, 'web', escalating).join(' '), /^\S+ E_REFERENCE [^E]*$/);
});
