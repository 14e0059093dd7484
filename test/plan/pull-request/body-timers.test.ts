import test from 'ava';
import type { PullRequestChange } from '../../../src/model/change.ts';
import type { PullRequestFacts } from '../../../src/model/ports/pull-request-text.ts';
import { createPullRequestText } from '../../../src/plan/pull-request/text.ts';
import {
	aNote,
	aPullRequestChange,
	decidedAt,
	manyPullRequestChanges,
	somePullRequestFacts,
} from '../../support/pull-request-samples.ts';

const text = createPullRequestText();
const minute = 60_000;

function bodyOf(facts: PullRequestFacts): string {
	return text.body(facts, aNote(facts));
}

function bodyFor(change: PullRequestChange, overrides: Partial<PullRequestFacts> = {}): string {
	return bodyOf(somePullRequestFacts([change], overrides));
}

const idle = (body: string): string | undefined => /^- \*\*Do nothing\*\*, and (.*)\.$/m.exec(body)?.[1];

test('what comes of doing nothing is exactly what the ladder does', (t) => {
	const by = (overrides: Partial<PullRequestChange>, facts: Partial<PullRequestFacts> = {}) =>
		idle(bodyFor(aPullRequestChange({}, overrides), facts));
	const at = decidedAt + 15 * minute;
	const notify = { to: 'Notify', at: decidedAt + minute } as const;
	t.is(by({ rungs: [] }), 'nothing moves until somebody merges');
	t.is(by({ rungs: [notify] }), 'nothing moves until somebody merges');
	t.is(by({}), 'it is merged by itself at 2026-11-21 18:29:56 UTC if its checks pass');
	t.is(
		by({ rungs: [notify, { to: 'Direct', at }] }),
		'the weights are patched on the cluster at 2026-11-21 18:29:56 UTC',
	);
	t.is(
		by({ rungs: [{ to: 'Commit', at }] }),
		'the weights are committed without it at 2026-11-21 18:29:56 UTC',
	);
	t.is(by({ autoMerge: true }), 'it is merged by itself once its checks pass');
	t.is(by({}, { controls: { hastened: 3 } }), 'it is merged by itself now if its checks pass');
	t.is(by({}, { controls: { hastened: 0, veto: { by: 'alice' } } }), 'nothing moves');
	t.is(
		by({ autoMerge: true }, { controls: { hastened: 0, hold: { until: at, by: 'alice' } } }),
		'it is merged by itself once its checks pass, but not before the hold is over',
	);
});

test('a group whose policies have other ladders says for how many', (t) => {
	const [first, second, third] = manyPullRequestChanges(3);
	if (first === undefined || second === undefined || third === undefined) return t.fail();
	const late = { ...second, rungs: second.rungs.map(({ to, at }) => ({ to, at: at + minute })) };
	const body = bodyOf(somePullRequestFacts([first, late, { ...third, rungs: [] }]));
	t.is(idle(body), 'it is merged by itself for 2 splits from 2026-11-21 18:29:56 UTC if its checks pass');
	t.true(
		body.includes(
			'2026-11-21 18:19:56 UTC to 2026-11-21 18:20:56 UTC (5m to 6m after the decision): `alice`',
		),
	);
});

test('holds and vetoes in force are told first, with who and until when', (t) => {
	const at = (until: number) =>
		bodyFor(aPullRequestChange(), { controls: { hastened: 0, hold: { until, by: 'alice' } } });
	t.true(
		at(decidedAt).includes('**On hold** by alice, until 2026-11-21 18:14:56 UTC: nothing happens by itself.'),
	);
	t.true(at(Number.MAX_SAFE_INTEGER).includes('**On hold** by alice, until somebody ends it:'));
	const vetoed = bodyFor(aPullRequestChange(), {
		controls: { hastened: 0, veto: { by: 'the label spillway/veto' } },
	});
	t.true(
		vetoed.includes(
			'**Vetoed** by the label `spillway/veto`: nothing moves. `/spillway retry` lifts the veto.',
		),
	);
});

test('boxes are there for what they would change', (t) => {
	const boxesOf = (body: string) => [...body.matchAll(/spillway:box:(\w+)/g)].map(([, box]) => box);
	t.deepEqual(boxesOf(bodyFor(aPullRequestChange())), ['hold', 'escalate', 'retry', 'veto']);
	t.deepEqual(boxesOf(bodyFor(aPullRequestChange({}, { rungs: [] }))), ['retry', 'veto']);
	const controls = { hastened: 3, hold: { until: decidedAt, by: 'a' }, veto: { by: 'b' } };
	t.deepEqual(boxesOf(bodyFor(aPullRequestChange(), { controls })), ['resume', 'retry']);
});

test('the way back is told as the policy has it', (t) => {
	const way = (failback: PullRequestChange['failback']) =>
		/The way back:\n\n- (.*)$/m.exec(bodyFor(aPullRequestChange({}, { failback })))?.[1];
	const auto = { mode: 'Auto', after: 5 * minute } as const;
	t.is(
		way({ ...auto, mode: 'Manual', via: 'Direct' }),
		'The way back is left to people (`failback.mode` is `Manual`).',
	);
	t.is(
		way({ ...auto, after: 0, via: 'Direct' }),
		'Once the backends are healthy, Spillway patches the weights back.',
	);
	t.is(
		way({ ...auto, via: 'Commit', ramp: [10, 100], rampInterval: minute }),
		'Once the backends have been healthy for 5m, Spillway commits the way back to `main`, in steps of 10 → 100%, 1m apart.',
	);
	t.is(
		way({ ...auto, via: 'PullRequest', autoMerge: true }),
		'Once the backends have been healthy for 5m, Spillway asks for the way back by a pull request, which is merged once its checks pass.',
	);
});
