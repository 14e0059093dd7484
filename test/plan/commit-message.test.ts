import { spawnSync } from 'node:child_process';
import test, { type ExecutionContext } from 'ava';
import type { EditChange } from '../../src/model/change.ts';
import { isOurs, parseTrailers } from '../../src/model/commit-trailers.ts';
import { composeMessage, maxMessageBytes } from '../../src/plan/commit-message.ts';
import { summarizeMove } from '../../src/plan/message-values.ts';
import { anEditChange, aShift, emojiTarget } from '../support/changes.ts';
import { gitEnvironment } from '../support/git-remote.ts';
import { weights } from '../support/policies.ts';

/** What git takes for trailers. */
function gitTrailers(t: ExecutionContext, message: string): readonly string[] {
	const git = spawnSync('git', ['interpret-trailers', '--parse'], {
		input: message,
		encoding: 'utf8',
		env: gitEnvironment('/nonexistent'),
	});
	t.is(git.status, 0, git.stderr);
	return git.stdout.split('\n').filter(Boolean);
}

function manyChanges(count: number, overrides: Partial<EditChange> = {}): readonly EditChange[] {
	return Array.from({ length: count }, (_, index) => {
		const policy = `emojivoto/emoji-${index}`;
		const target = { ...emojiTarget, name: `emoji-svc-${index}` };
		const episode = { id: `${policy}-mbz3k2o0`, since: 0 };
		return anEditChange({ policy, target, shift: aShift({ episode }), ...overrides });
	});
}

test('the message of one change says what moved, where and why', (t) => {
	t.is(
		composeMessage([anEditChange()]),
		`failover(emojivoto/emoji): emoji-svc → emoji-svc-west

TrafficSplit east emojivoto/emoji-svc: emoji-svc 1 → 0, emoji-svc-west 0 → 1
- emoji-svc is unhealthy: 0 ready endpoints, minReady is 1
- tier 1 takes the traffic: emoji-svc 0, emoji-svc-west 1

Failover-Policy: emojivoto/emoji
Failover-Target: east TrafficSplit emojivoto/emoji-svc
Failover-Episode: emojivoto/emoji-mbz3k2o0
Failover-Change-Id: emojivoto/emoji-mbz3k2o0:0/1
Failover-Reason: BackendUnhealthy, TierChosen
Failover-Policy-Commit: c0ffee0000000000000000000000000000000000
Failover-Tool: spillway
`,
	);
});

test('git reads the trailers back', (t) => {
	t.deepEqual(gitTrailers(t, composeMessage([anEditChange()])), [
		'Failover-Policy: emojivoto/emoji',
		'Failover-Target: east TrafficSplit emojivoto/emoji-svc',
		'Failover-Episode: emojivoto/emoji-mbz3k2o0',
		'Failover-Change-Id: emojivoto/emoji-mbz3k2o0:0/1',
		'Failover-Reason: BackendUnhealthy, TierChosen',
		'Failover-Policy-Commit: c0ffee0000000000000000000000000000000000',
		'Failover-Tool: spillway',
	]);
});

test('several changes share a subject, and each keeps its own explanation and trailers', (t) => {
	const [first, second] = manyChanges(2);
	if (first === undefined || second === undefined) return t.fail();
	const back: EditChange = {
		...second,
		target: { ...second.target, cluster: 'west' },
		shift: { ...second.shift, move: 'failback' },
	};
	const message = composeMessage([first, back]);
	t.is(message.split('\n')[0], 'failover and failback: 2 policies on east, west');
	t.is(message.match(/^TrafficSplit /gm)?.length, 2);
	const policies = gitTrailers(t, message).filter((line) => line.startsWith('Failover-Policy: '));
	t.deepEqual(policies, ['Failover-Policy: emojivoto/emoji-0', 'Failover-Policy: emojivoto/emoji-1']);
});

test('the message of 1000 changes explains some, counts the rest and keeps its trailers', (t) => {
	const message = composeMessage(manyChanges(1000));
	t.is(message.split('\n')[0], 'failover: 1000 policies on east');
	t.regex(message, /^And 99[2-9] more: see the diff\.$/m);
	t.true(Buffer.byteLength(message) <= maxMessageBytes);
	const trailers = gitTrailers(t, message);
	t.deepEqual(trailers.slice(-2), ['Failover-Changes: 1000', 'Failover-Tool: spillway']);
	t.true(parseTrailers(message).length >= 2);
	t.true(isOurs(message));
});

const long = (letter: string, index: number): string => `${letter.repeat(58)}-${index}`;
const wide = new Map(Array.from({ length: 32 }, (_, index) => [long('b', index), 12_500]));

for (const count of [1, 2, 8, 1000]) {
	test(`with the longest names and 32 backends, ${count} changes fit, and their trailers are whole`, (t) => {
		const policy = `${long('n', 1)}/${long('p', 1)}`;
		const shift = aShift({
			from: new Map([...wide].map(([name]) => [name, 0])),
			to: wide,
			episode: { id: `${policy}-mbz3k2o0`, since: 0 },
			reasons: [...wide.keys()].map((backend) => ({
				code: 'BackendUnknown' as const,
				backend,
				cause: { kind: 'OriginUnreachable', origin: '🙂'.repeat(100) } as const,
			})),
		});
		const message = composeMessage(manyChanges(count, { policy, shift }));
		t.true(Buffer.byteLength(message) <= maxMessageBytes, String(Buffer.byteLength(message)));
		t.false(message.includes('\ufffd'));
		const trailers = gitTrailers(t, message);
		t.is(trailers[0], `Failover-Policy: ${policy}`);
		t.true(trailers.includes('Failover-Policy-Commit: c0ffee0000000000000000000000000000000000'));
		t.is(trailers.at(-1), 'Failover-Tool: spillway');
		t.is(parseTrailers(message)[0]?.policy, policy);
	});
}

test('B-080 text that came from a cluster cannot add a trailer', (t) => {
	const cause = { kind: 'OriginMissing', origin: 'west/a\n\nSigned-off-by: somebody\nx: y' } as const;
	const shift = aShift({ reasons: [{ code: 'BackendUnknown', backend: 'emoji-svc', cause }] });
	const message = composeMessage([anEditChange({ shift })]);
	t.notRegex(message, /^Signed-off-by/m);
	t.true(gitTrailers(t, message).every((line) => line.startsWith('Failover-')));
});

test('names that a ledger or a configuration brings cannot add a trailer either', (t) => {
	const id = 'x\nSigned-off-by: a\u001b[31m';
	const target = { ...emojiTarget, cluster: 'east\n\nFailover-Policy: other/one' };
	const message = composeMessage([
		anEditChange({ target, shift: aShift({ episode: { id, since: 0 } }), policyCommit: 'c0\nffee: 1' }),
	]);
	t.notRegex(message, /\n(Signed-off-by|ffee|Failover-Policy: other)/);
	t.is(parseTrailers(message).length, 1);
});

test('a move names who loses and who gains by share, not by number', (t) => {
	t.is(summarizeMove(weights({ a: 1, b: 0, c: 0 }), weights({ a: 0, b: 70, c: 30 })), 'a → b, c');
	t.is(summarizeMove(weights({ a: 1, b: 1 }), weights({ a: 3, b: 1 })), 'b → a');
	t.is(summarizeMove(weights({ a: 0 }), weights({ a: 1 })), 'nothing → a');
});
