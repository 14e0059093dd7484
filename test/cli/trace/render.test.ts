import test from 'ava';
import { renderTrace } from '../../../src/cli/trace/render.ts';
import type { TraceFacts } from '../../../src/cli/trace/trace-facts.ts';
import { judge } from '../../../src/cli/trace/verdict.ts';
import { problem } from '../../../src/model/problem.ts';
import { aPolicy } from '../../support/policies.ts';
import { aLive, anId, aTrace } from '../../support/traces.ts';

function render(facts: TraceFacts, columns?: number): string {
	return renderTrace(facts, judge(facts), { color: false, columns });
}

/** The lines that begin with a mark, and what follows them up to the next one, by their labels. */
function step(facts: TraceFacts, label: string): string {
	const [, ...steps] = render(facts).split(/^(?=[✔✘?–] )/m);
	return steps.find((each) => each.slice(2).startsWith(label)) ?? '';
}

const failedOver = `✔ policy    emojivoto/emoji at policies/emoji.yaml:1
            Active; failover via Commit, Direct after 30s; failback via Commit
            blob 3333333 at 8888888, the tip of main
✔ decision  emoji-svc 0, emoji-svc-west 1
            - emoji-svc is unhealthy: 0 ready endpoints, minReady is 1
            - emoji-svc-west is healthy: 1 ready endpoint in
              west/emojivoto/emoji-svc
            - tier 1 takes the traffic: emoji-svc 0, emoji-svc-west 1
✔ commit    8888888 failover(emojivoto/emoji): emoji-svc → emoji-svc-west
            Spillway <bot@spillway.dev>, 2m ago (2026-11-21T15:02:59Z)
            episode emojivoto/emoji-mwq8xffl, policy of bbbbbbb
✔ git       emoji-svc 0, emoji-svc-west 1
            clusters/east/emoji-split.yaml
✔ synced    fetched 8888888, applied 8888888
            Kustomization flux-system/east
✔ live      emoji-svc 0, emoji-svc-west 1
            TrafficSplit east emojivoto/emoji-svc, last written by
            kustomize-controller
✔ verdict   in step: Git and east have emoji-svc 0, emoji-svc-west 1
`;

test('a move that went all the way, on a terminal of 80 columns', (t) => {
	t.is(render(aTrace(), 80), failedOver);
});

test('on a wider one, or none, fewer lines are broken', (t) => {
	const wide = failedOver.replace(/endpoint in\n +/, 'endpoint in ').replace(/written by\n +/, 'written by ');
	t.is(render(aTrace(), 140), wide);
	t.is(render(aTrace()), wide);
});

for (const columns of [40, 60, 80, 100, 140]) {
	test(`no line is longer than ${columns} columns, but for a word that is`, (t) => {
		for (const line of render(aTrace(), columns).split('\n')) {
			const [, word = ''] = /^(?:. \w+)? +(?:- )?(\S+)$/.exec(line) ?? [];
			t.true([...line].length <= columns || word !== '', line);
		}
	});
}

test('colours mark the steps where the terminal takes them, and move nothing', (t) => {
	const facts = aTrace({ live: aLive({ 'emoji-svc': 1, 'emoji-svc-west': 0 }) });
	const painted = renderTrace(facts, judge(facts), { color: true, columns: 80 });
	t.true(painted.includes('\u001b[31m✘\u001b[39m \u001b[1mlive\u001b[22m'));
	// biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal is told begins with one.
	t.is(painted.replaceAll(/\u001b\[\d+m/g, ''), render(facts, 80));
});

const old = { 'emoji-svc': 1, 'emoji-svc-west': 0 };

test('a policy that asks people says so, with its ladder and its way back', (t) => {
	const policy = aPolicy({
		failover: {
			after: 0,
			via: 'PullRequest',
			escalate: [
				{ after: 600_000, to: 'Notify' },
				{ after: 3_600_000, to: 'Direct' },
			],
		},
		failback: { mode: 'Auto', after: 0, via: 'PullRequest', autoMerge: true, ramp: [10, 50, 100] },
	});
	t.true(
		render(aTrace({ policy })).includes(
			'Active; failover via PullRequest, Notify after 10m, Direct after 1h; failback via PullRequest, merged by itself once its checks pass, in steps of 10, 50, 100 %\n',
		),
	);
});

test('a merge is told with the commit of ours behind it', (t) => {
	const { move } = aTrace();
	if (move === undefined) return t.fail();
	const author = { name: 'Ada', email: 'ada@example.org' };
	const commit = { ...move.commit, id: anId('9'), author, message: 'Merge pull request #12' };
	t.is(
		step(aTrace({ move: { ...move, commit, merged: move.commit } }), 'commit'),
		`✔ commit    9999999 Merge pull request #12
            Ada <ada@example.org>, 2m ago (2026-11-21T15:02:59Z)
            merges 8888888 failover(emojivoto/emoji): emoji-svc → emoji-svc-west
            episode emojivoto/emoji-mwq8xffl, policy of bbbbbbb
`,
	);
});

test('a commit that the syncer has not fetched stops there, and what follows differs too', (t) => {
	const view = {
		name: 'Kustomization flux-system/east',
		fetched: anId('b'),
		applied: anId('a'),
		blocker: {
			kind: 'NotFetched',
			detail: 'GitRepository flux-system/config has fetched commit bbbbbbbbbbbb, and not the commit yet',
		},
	} as const;
	const facts = aTrace({ synced: { kind: 'view', view }, live: aLive(old) });
	t.is(
		`${step(facts, 'git')}${step(facts, 'synced')}${step(facts, 'live')}${step(facts, 'verdict')}`,
		`✔ git       emoji-svc 0, emoji-svc-west 1
            clusters/east/emoji-split.yaml
✘ synced    fetched bbbbbbb, applied aaaaaaa
            Kustomization flux-system/east
✘ live      emoji-svc 1, emoji-svc-west 0
            TrafficSplit east emojivoto/emoji-svc, last written by kustomize-controller
✘ verdict   pushed, not live: GitRepository flux-system/config has fetched commit bbbbbbbbbbbb, and not the commit yet
`,
	);
});

test('a policy without a move in Git says where to look', (t) => {
	const { move: _, ...none } = aTrace({ policy: aPolicy() });
	t.is(
		`${step(none, 'decision')}${step(none, 'commit')}`,
		`– decision  none in the last 12 commits of main
            what is written directly is in the log and in Events
`,
	);
});

test('a cluster without manifests has neither Git’s weights nor a syncer', (t) => {
	const facts = aTrace({ policy: aPolicy(), git: { kind: 'none' }, synced: { kind: 'none' } });
	t.is(step(facts, 'git'), '– git       the cluster has no folder of manifests\n');
	t.is(step(facts, 'synced'), '');
	t.is(
		step(facts, 'verdict'),
		'✔ verdict   nothing to compare: moves are Direct, and Git does not say these weights; east has emoji-svc 0, emoji-svc-west 1\n',
	);
});

test('a syncer that is not named, or cannot be read, is no failure of the move', (t) => {
	t.is(
		step(aTrace({ synced: { kind: 'none' } }), 'synced'),
		'– synced    spillway.yaml names no syncer for east\n',
	);
	const blocker = {
		kind: 'Unknown',
		detail: 'Kustomizations of cluster east cannot be read: forbidden',
	} as const;
	t.is(
		step(aTrace({ synced: { kind: 'view', view: { name: 'Flux on east', blocker } } }), 'synced'),
		'? synced    Kustomizations of cluster east cannot be read: forbidden\n            Flux on east\n',
	);
});

test('what a cluster cannot say is told in place of it', (t) => {
	const unreachable = problem('E_CLUSTER_UNREACHABLE', {
		where: { kind: 'named', name: 'east' },
		message: 'connection refused',
	});
	const facts = aTrace({ live: { kind: 'unknown', problem: unreachable } });
	t.regex(step(facts, 'live'), /^\? live +east E_CLUSTER_UNREACHABLE connection refused → /);
	t.regex(step(facts, 'verdict'), /^\? verdict +east E_CLUSTER_UNREACHABLE/);
});

test('a target that is gone is named', (t) => {
	const facts = aTrace({ live: { kind: 'missing' } });
	t.is(step(facts, 'live'), '✘ live      there is none\n            TrafficSplit east emojivoto/emoji-svc\n');
});

test('a hold-off stands below the live weights', (t) => {
	const live = aLive(old);
	if (live.kind !== 'live') return t.fail();
	const target = { ...live.target, heldOff: 'spillway', leftAloneBy: 'x/reconcile: disabled' } as const;
	t.regex(
		step(aTrace({ live: { ...live, target } }), 'live'),
		/\n {12}x\/reconcile: disabled, by Spillway\n/,
	);
});

test('what people wrote into commits cannot write on the terminal', (t) => {
	const facts = aTrace();
	if (facts.move === undefined) return t.fail();
	const author = { name: 'Ada\u001b[2J', email: 'ada@example.org' };
	const commit = { ...facts.move.commit, author, message: 'subject\u0007\n\nbody' };
	const text = render({ ...facts, move: { ...facts.move, commit } });
	t.true(text.includes('Ada\\u001B[2J <ada@example.org>'));
	t.true(text.includes('subject\\u0007'));
});
