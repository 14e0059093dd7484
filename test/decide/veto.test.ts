import test from 'ava';
import fc from 'fast-check';
import type { FailoverPolicy } from '../../src/model/policy.ts';
import type { Veto } from '../../src/model/pull-request.ts';
import { renderReason } from '../../src/model/reason.ts';
import { anyHistory, anyLive, anyPolicy, beginWith, playHistory, shiftsOf } from '../support/histories.ts';
import { start } from '../support/play-decisions.ts';
import { createTraffic, type Traffic } from '../support/play-traffic.ts';
import { aPolicy } from '../support/policies.ts';
import { away, fallbackDown, home, minute, primaryDown, ramped, well } from '../support/returning-traffic.ts';

function asking(overrides: Partial<FailoverPolicy['failback']> = {}): FailoverPolicy {
	return aPolicy({
		failover: { after: 0, via: 'PullRequest' },
		failback: { mode: 'Auto', after: 0, via: 'PullRequest', ...overrides },
	});
}

/** Somebody closes the pull request of what is on its way. */
function close(traffic: Traffic, overrides: Partial<Veto> = {}): Veto {
	const { pending } = traffic.memory;
	if (pending === undefined) throw new Error('nothing is asked for');
	const veto: Veto = {
		episode: pending.shift.episode.id,
		move: pending.shift.move,
		number: 12,
		url: 'https://git.example/shop/pulls/12',
		by: 'ada',
		at: start,
		...overrides,
	};
	traffic.memory = { ...traffic.memory, veto };
	return veto;
}

/** A failover that somebody does not want. */
function vetoed(policy = asking()): Traffic {
	const traffic = createTraffic(policy, home);
	traffic.look(0, primaryDown, { arrives: false });
	close(traffic);
	return traffic;
}

test('F18 a move that a person closed is left undone for the episode, and the decision says who and what to do', (t) => {
	const traffic = vetoed();
	const { episode } = traffic.memory;
	for (const at of [1, minute, 600 * minute]) {
		const { decided, codes } = traffic.look(at, primaryDown);
		t.deepEqual([decided.kind, codes], ['hold', ['Vetoed', 'BackendUnhealthy']]);
		t.is(
			decided.reasons[0] && renderReason(decided.reasons[0]),
			'TrafficSplit east emojivoto/emoji-svc is left as it is: ada closed pull request #12 ' +
				'(https://git.example/shop/pulls/12); open it again, or comment /spillway retry, to have it moved',
		);
	}
	t.is(traffic.memory.episode, episode, 'the episode is still the one it was asked for in');
	t.is(traffic.memory.pending, undefined);
});

test('a forge that does not tell who closed it leaves that open', (t) => {
	const traffic = createTraffic(asking(), home);
	traffic.look(0, primaryDown, { arrives: false });
	const { by: _, ...veto } = close(traffic);
	traffic.memory = { ...traffic.memory, veto };
	const [reason] = traffic.look(1, primaryDown).decided.reasons;
	t.regex(reason === undefined ? '' : renderReason(reason), /: somebody closed pull request #12 /);
});

test('a veto ends with its episode; the next one may be asked for again', (t) => {
	const traffic = vetoed();
	t.deepEqual(traffic.look(1, well).codes, ['InPlace']);
	t.deepEqual([traffic.memory.veto, traffic.memory.episode], [undefined, undefined]);
	t.deepEqual(traffic.look(2, primaryDown).outcome, { failover: [0, 1] });
});

test('a veto that is lifted lets the same move of the same episode go', (t) => {
	const traffic = vetoed();
	traffic.look(1, primaryDown);
	const { veto, ...lifted } = traffic.memory;
	traffic.memory = lifted;
	const { decided } = traffic.look(2, primaryDown);
	t.is(decided.kind === 'shift' ? decided.episode.id : undefined, veto?.episode);
});

test('a veto of another episode is none, and is forgotten', (t) => {
	const traffic = createTraffic(asking(), home);
	traffic.look(0, primaryDown, { arrives: false });
	close(traffic, { episode: 'emojivoto/emoji-other' });
	t.deepEqual(traffic.look(1, primaryDown, { arrives: false }).outcome, { failover: [0, 1] });
	t.is(traffic.memory.veto, undefined);
});

test('a veto of the way back does not keep traffic on a fallback that is down', (t) => {
	const traffic = createTraffic(asking(), home);
	traffic.look(0, primaryDown);
	traffic.look(1, well, { arrives: false });
	close(traffic);
	t.is(traffic.look(2, well).outcome, 'hold');
	t.deepEqual(traffic.look(3, fallbackDown).outcome, { failover: [1, 0] });
});

test('a veto of the way out does not stop the way back', (t) => {
	const traffic = createTraffic(asking(), home);
	traffic.look(0, primaryDown, { arrives: false });
	close(traffic);
	traffic.live = away;
	t.deepEqual(traffic.look(1, well).outcome, { failback: [1, 0] });
});

test('a veto of the first step keeps all of the way back', (t) => {
	const traffic = createTraffic(ramped({ via: 'PullRequest', after: 0 }), home);
	traffic.look(0, primaryDown);
	t.deepEqual(traffic.look(1, well, { arrives: false }).outcome, { failback: [10, 90] });
	close(traffic);
	t.is(traffic.look(2, well).outcome, 'hold');
	t.is(traffic.look(60 * minute, well).outcome, 'hold');
	const { veto: _, ...lifted } = traffic.memory;
	traffic.memory = lifted;
	t.deepEqual(traffic.look(61 * minute, well).outcome, { failback: [10, 90] });
});

test('it holds for commits too, as those of a protected branch are asked for; what is patched was never asked for', (t) => {
	const commits = vetoed({ ...asking(), failover: { after: 0, via: 'Commit' } });
	t.deepEqual(commits.look(1, primaryDown).codes[0], 'Vetoed');
	const direct = vetoed({ ...asking(), failover: { after: 0, via: 'Direct' } });
	t.deepEqual(direct.look(1, primaryDown).outcome, { failover: [0, 1] });
});

test('INV-27 whatever is seen, a vetoed move is not decided for as long as its episode lasts', (t) => {
	const move = fc.constantFrom('failover' as const, 'failback' as const);
	fc.assert(
		fc.property(anyPolicy, anyHistory(), anyLive, move, (anyOne, history, live, against) => {
			const policy: FailoverPolicy = {
				...anyOne,
				failover: { ...anyOne.failover, via: 'PullRequest' },
				failback: { ...anyOne.failback, via: 'PullRequest' },
			};
			const episode = { id: 'emojivoto/emoji-1', since: 0 };
			const veto: Veto = { episode: episode.id, move: against, number: 1, url: 'https://x', at: 0 };
			const begin = beginWith(live);
			const { turns } = playHistory(policy, history, {
				...begin,
				memory: { ...begin.memory, episode, veto },
			});
			for (const { shift } of shiftsOf(turns)) {
				t.false(shift.move === against && shift.episode.id === episode.id);
			}
			for (const { memory, before } of turns) {
				const isOver = memory.episode?.id !== episode.id;
				const isLate = before.episode?.id !== episode.id;
				t.true(isOver || memory.veto === veto);
				t.true(!isLate || memory.veto === undefined);
			}
		}),
		{ numRuns: 1_000 },
	);
});
