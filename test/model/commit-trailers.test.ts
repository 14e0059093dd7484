import test from 'ava';
import {
	type ChangeTrailers,
	formatChangeId,
	formatTrailers,
	isOurs,
	parseTrailers,
} from '../../src/model/commit-trailers.ts';
import { weights } from '../support/policies.ts';

const emoji: ChangeTrailers = {
	policy: 'emojivoto/emoji',
	target: { kind: 'TrafficSplit', cluster: 'east', namespace: 'emojivoto', name: 'emoji-svc' },
	episode: 'emojivoto/emoji-1',
	changeId: 'emojivoto/emoji-1:0/1',
	reasons: ['BackendUnhealthy', 'TierChosen'],
};
const web: ChangeTrailers = {
	policy: 'emojivoto/web',
	target: {
		kind: 'HTTPRoute',
		group: 'policy.linkerd.io',
		cluster: 'the west',
		namespace: 'emojivoto',
		name: 'web.v1',
	},
	episode: 'emojivoto/web-2',
	changeId: 'emojivoto/web-2:100',
	reasons: [],
};

const paragraph = formatTrailers({ explained: [emoji, web], count: 1_000, policyCommits: ['c0ffee'] });
const message = `failover: 1000 policies on east\n\nWhy.\n\n${paragraph}\n`;

test('trailers are one paragraph, a group for each change first', (t) => {
	t.is(
		paragraph,
		`Failover-Policy: emojivoto/emoji
Failover-Target: east TrafficSplit emojivoto/emoji-svc
Failover-Episode: emojivoto/emoji-1
Failover-Change-Id: emojivoto/emoji-1:0/1
Failover-Reason: BackendUnhealthy, TierChosen
Failover-Policy: emojivoto/web
Failover-Target: the west HTTPRoute.policy.linkerd.io emojivoto/web.v1
Failover-Episode: emojivoto/web-2
Failover-Change-Id: emojivoto/web-2:100
Failover-Policy-Commit: c0ffee
Failover-Changes: 1000
Failover-Tool: spillway`,
	);
});

for (const [what, text] of [
	['a message', message],
	['one with CRLF', message.replaceAll('\n', '\r\n')],
	['one without a final line end', message.trimEnd()],
	['one that was signed off', `${message}Signed-off-by: Ada <ada@example.org>\n`],
	['one that was picked', `${message}(cherry picked from commit c0ffee)\n`],
	['one whose keys somebody wrote otherwise', message.replaceAll('Failover-', 'failover-')],
	['one of a squashed pull request', message.replace('east', 'east (#12)')],
] as const) {
	test(`${what} is read back`, (t) => {
		t.deepEqual(parseTrailers(text), [emoji, web]);
		t.true(isOurs(text));
	});
}

test('a commit without trailers for its changes is ours by the tool’s name', (t) => {
	const text = 'x\n\nFailover-Changes: 1000\nFailover-Tool: spillway\n';
	t.deepEqual(parseTrailers(text), []);
	t.true(isOurs(text));
});

test('commits of versions that told neither target nor tool are ours', (t) => {
	const { target: _, ...told } = emoji;
	const text = `x\n\n${paragraph
		.split('\n')
		.filter((line) => !/Target|Tool|web/.test(line))
		.join('\n')}`;
	t.deepEqual(parseTrailers(text), [told]);
	t.true(isOurs(text));
});

for (const [what, text] of [
	['nothing', ''],
	['a subject alone', 'Failover-Tool: spillway'],
	['a revert', 'Revert "failover(emojivoto/emoji): a → b"\n\nThis reverts commit c0ffee.\n'],
	['trailers that are quoted', `x\n\n${paragraph.replaceAll(/^/gm, '> ')}\n`],
	['trailers further up', `x\n\n${paragraph}\n\nAnd I changed more.\n`],
	['trailers amid a text', `x\n\nIt said:\n${paragraph}\n`],
	['another tool', 'x\n\nFailover-Tool: other\n'],
	['half a group', 'x\n\nFailover-Policy: a/b\nFailover-Episode: a/b-1\n'],
] as const) {
	test(`${what} is not ours`, (t) => {
		t.deepEqual(parseTrailers(text), []);
		t.false(isOurs(text));
	});
}

test('a target that cannot be read is left out', (t) => {
	for (const written of [
		'east',
		'east Service a/b',
		'TrafficSplit a/b',
		'east HTTPRoute.x.y a/b',
		'e TrafficSplit a',
	]) {
		const text = message.replace('east TrafficSplit emojivoto/emoji-svc', written);
		t.is(parseTrailers(text)[0]?.target, undefined, written);
	}
});

test('a change is named by its episode and weights', (t) => {
	t.is(formatChangeId('emojivoto/emoji-1', weights({ b: 70, a: 30 })), 'emojivoto/emoji-1:70/30');
});
