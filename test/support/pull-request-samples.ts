// Pull requests to look at: what the words are tried on.
import type { PullRequestChange } from '../../src/model/change.ts';
import type { Shift } from '../../src/model/decision.ts';
import type { Verdict } from '../../src/model/health.ts';
import { defaultPullRequests } from '../../src/model/policy.ts';
import type { PullRequestFacts, PullRequestNote } from '../../src/model/ports/pull-request-text.ts';
import { type BackendEvidence, noControls } from '../../src/model/pull-request.ts';
import { anEditChange, aShift } from './changes.ts';
import { weights } from './policies.ts';

/** 2026-11-21 18:14:56 UTC. */
export const decidedAt: number = Date.UTC(2026, 10, 21, 18, 14, 56);

const minute = 60_000;

/** A backend as it was seen. */
export function anEvidence(
	service: string,
	verdict: Verdict,
	overrides: Partial<BackendEvidence> = {},
): BackendEvidence {
	return {
		service,
		cluster: service.endsWith('-west') ? 'west' : 'east',
		tier: service.endsWith('-west') ? 1 : 0,
		verdict,
		seen: verdict === 'Unhealthy' ? '0 of 3 ready' : '3 of 3 ready',
		threshold: 'at least 1 ready',
		since: verdict === 'Unhealthy' ? decidedAt - 30_000 : decidedAt - 4 * 60 * minute,
		...overrides,
	};
}

/** What a sample says of its move. */
interface MoveFacts {
	readonly namespace?: string;
	readonly name?: string;
	readonly cluster?: string;
	readonly shift?: Partial<Shift>;
	readonly evidence?: readonly BackendEvidence[];
}

/** A failover of `web` to the west, in PullRequest mode with a ladder. */
export function aPullRequestChange(
	{ namespace = 'shop', name = 'web', cluster = 'east', shift, evidence }: MoveFacts = {},
	overrides: Partial<PullRequestChange> = {},
): PullRequestChange {
	const policy = `${namespace}/${name}`;
	const target = { kind: 'TrafficSplit', cluster, namespace, name } as const;
	const [primary, fallback] = [`${name}-east`, `${name}-west`];
	const moved = aShift({
		from: weights({ [primary]: 1, [fallback]: 0 }),
		to: weights({ [primary]: 0, [fallback]: 1 }),
		episode: { id: `${policy}-mib1x2v4`, since: decidedAt },
		reasons: [
			{ code: 'BackendUnhealthy', backend: primary, seen: '0 ready endpoints', minReady: 1 },
			{ code: 'BackendHealthy', backend: fallback, seen: `3 ready endpoints in west/${policy}`, since: 0 },
		],
		...shift,
	});
	const facts = { policy, target, shift: moved, decidedAt };
	return {
		kind: 'pull-request',
		...facts,
		edit: anEditChange({ ...facts, folder: `clusters/${cluster}` }),
		group: { move: moved.move, name: cluster },
		apex: name,
		evidence: evidence ?? [anEvidence(primary, 'Unhealthy'), anEvidence(fallback, 'Healthy')],
		autoMerge: false,
		rungs: [
			{ to: 'Notify', at: decidedAt + 5 * minute },
			{ to: 'Reviewers', at: decidedAt + 10 * minute },
			{ to: 'AutoMerge', at: decidedAt + 15 * minute },
		],
		failback: { mode: 'Auto', after: 5 * minute, via: 'PullRequest' },
		source: `policies/${namespace}/${name}.yaml:1`,
		...overrides,
	};
}

export function somePullRequestFacts(
	changes: readonly PullRequestChange[] = [aPullRequestChange()],
	overrides: Partial<PullRequestFacts> = {},
): PullRequestFacts {
	return {
		group: changes[0]?.group ?? { move: 'failover', name: 'east' },
		changes,
		base: 'main',
		baseCommit: 'beefca5e00000000000000000000000000000000',
		settings: {
			...defaultPullRequests,
			onCall: ['alice', 'team:acme/sre'],
			links: [
				{
					title: 'Dashboard',
					url: 'https://grafana.acme.example/d/mesh?var-ns={{namespace}}&var-svc={{name}}',
				},
				{ title: 'Runbook', url: 'https://wiki.acme.example/failover' },
			],
		},
		controls: noControls,
		state: 'open',
		fileUrl: (path, commit) => `https://git.acme.example/acme/fleet/src/commit/${commit}/${path}`,
		...overrides,
	};
}

/** A note for these facts, as the keeper would hand it on. */
export function aNote(
	{ group }: Pick<PullRequestFacts, 'group'>,
	overrides: Partial<PullRequestNote> = {},
): Omit<PullRequestNote, 'digest' | 'title'> {
	return { group, members: [], done: [], reopened: 0, ...overrides };
}

function aFailback(): PullRequestChange {
	const shift: Partial<Shift> = {
		move: 'failback',
		from: weights({ 'web-east': 0, 'web-west': 1 }),
		to: weights({ 'web-east': 10, 'web-west': 90 }),
		reasons: [
			{ code: 'BackendHealthy', backend: 'web-east', seen: '3 ready endpoints', since: 5 * minute },
			{ code: 'TierChosen', tier: 0, weights: weights({ 'web-east': 10, 'web-west': 90 }) },
		],
	};
	const evidence = [
		anEvidence('web-east', 'Healthy', { since: decidedAt - 5 * minute }),
		anEvidence('web-west', 'Healthy'),
	];
	return aPullRequestChange(
		{ shift, evidence },
		{
			rungs: [],
			failback: {
				mode: 'Auto',
				after: 5 * minute,
				via: 'PullRequest',
				ramp: [10, 50, 100],
				rampInterval: minute,
			},
		},
	);
}

/** Splits of an outage of one cluster, over three namespaces. */
export function manyPullRequestChanges(count: number): readonly PullRequestChange[] {
	const services = ['web', 'cart', 'search', 'checkout', 'payments', 'recommendations'];
	const namespaces = ['shop', 'billing', 'catalogue'];
	return Array.from({ length: count }, (_, index) => {
		const service = services[index % services.length] ?? 'web';
		const namespace = namespaces[index % namespaces.length] ?? 'shop';
		return aPullRequestChange({ namespace, name: `${service}-${index + 1}` });
	});
}

/** What somebody might write who means harm, or a name that looks like it. */
export const hostileTexts: readonly string[] = [
	'@octocat please `@admin` look',
	'fixes #1, GH-12, acme/fleet#3, acme/fleet@deadbeef1 and deadbeefcafe',
	'<img src=x onerror=alert(1)><script>alert(1)</script>',
	'--> <!-- spillway:end --> <!-- spillway:note AAAA -->',
	'| a | b |\n|---|---|\n| x | y |',
	'[click](javascript:alert(1)) ![pixel](https://evil.example/p.png) <https://evil.example>',
	'https://evil.example www.evil.example mail@evil.example',
	'```\n# heading\n```\n/spillway veto\n- [x] veto <!-- spillway:box:veto -->',
	'**bold** _em_ ~~gone~~ `code` \\ :boom: &lt;b&gt; &#64;octocat',
	'web"] --> x["<b>owned</b>"]; click x "https://evil.example"; %%{init: {}}%%',
	'\u202Egnp.exe\u200B\u2066\uFEFF\u0000\u001B[31m\u3164\uD800',
	'1. one\n2. two\n\n    code\n===\n---',
	'</details></td></table><details open>',
	'x'.repeat(400),
];

function hostile(index: number): string {
	return hostileTexts[index % hostileTexts.length] ?? '';
}

/** Every text that comes from outside is hostile. */
export function aHostileChange(names: (index: number) => string = hostile): PullRequestChange {
	const [primary, fallback] = [names(9), names(2)];
	const shift = aShift({
		from: new Map([
			[primary, 1],
			[fallback, 0],
		]),
		to: new Map([
			[primary, 0],
			[fallback, 1],
		]),
		episode: { id: names(7), since: decidedAt },
		reasons: [
			{ code: 'Remembered', text: names(0) },
			{ code: 'Remembered', text: names(5) },
			{ code: 'Remembered', text: names(3) },
		],
	});
	const target = { kind: 'TrafficSplit', cluster: names(10), namespace: names(6), name: names(11) } as const;
	const facts = { policy: names(12), target, shift, decidedAt };
	const common = { threshold: names(4), since: decidedAt - 30_000 };
	return {
		...aPullRequestChange(),
		...facts,
		edit: anEditChange({ ...facts, policyCommit: names(1) }),
		group: { move: 'failover', name: names(8) },
		apex: names(9),
		evidence: [
			{ ...common, service: primary, cluster: names(1), tier: 0, verdict: 'Unhealthy', seen: names(4) },
			{ ...common, service: fallback, cluster: names(3), tier: 1, verdict: 'Healthy', seen: names(1) },
		],
		source: names(5),
	};
}

export function hostileFacts(names: (index: number) => string = hostile): PullRequestFacts {
	const change = aHostileChange(names);
	const facts = somePullRequestFacts([change]);
	return {
		...facts,
		base: names(0),
		settings: {
			...facts.settings,
			onCall: [names(0)],
			links: [
				{ title: names(5), url: 'https://grafana.acme.example/d/{{policy}}?q={{reasons}}' },
				{ title: 'script', url: 'javascript:alert(1)' },
				{ title: 'token', url: 'https://user:secret@wiki.acme.example/' },
			],
		},
		controls: { hastened: 0, hold: { until: decidedAt + 60 * minute, by: names(0) }, veto: { by: names(2) } },
		fileUrl: (path, commit) => `https://git.acme.example/acme/fleet/src/${commit}/${path}`,
	};
}

/** The pull requests that reviewers see as golden files and as pages. */
export const samples: Readonly<Record<string, PullRequestFacts>> = {
	failover: somePullRequestFacts(),
	failback: somePullRequestFacts([aFailback()]),
	group: somePullRequestFacts(manyPullRequestChanges(30)),
	hostile: hostileFacts(),
	withdrawn: somePullRequestFacts(undefined, {
		state: { at: decidedAt + 9 * minute, why: 'web-east is healthy: 3 ready endpoints' },
	}),
};
