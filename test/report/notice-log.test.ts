import test from 'ava';
import type { Notice } from '../../src/model/notice.ts';
import { problem } from '../../src/model/problem.ts';
import { logNotices } from '../../src/report/notice-log.ts';
import { anEditChange, aShift, emojiTarget } from '../support/changes.ts';
import { createLogLines } from '../support/log-lines.ts';
import { liveObject } from '../support/pass-reports.ts';

const about = { policy: 'emojivoto/emoji', target: emojiTarget };
const shift = aShift();
const broken = problem('E_FORBIDDEN', { where: { kind: 'named', name: 'east' }, message: 'no patch right' });
const brokenText = 'east E_FORBIDDEN no patch right → grant the named verb on the named resource';
const who = '"policy":"emojivoto/emoji","target":"east emojivoto/emoji-svc"';
const move = `${who},"move":"failover"`;
const what = `${move},"from":"emoji-svc 1, emoji-svc-west 0","to":"emoji-svc 0, emoji-svc-west 1","episode":"emojivoto/emoji-mbz3k2o0","reasons":["emoji-svc is unhealthy: 0 ready endpoints, minReady is 1","tier 1 takes the traffic: emoji-svc 0, emoji-svc-west 1"]`;
const done = `${move},"weights":"emoji-svc 0, emoji-svc-west 1","episode":"emojivoto/emoji-mbz3k2o0","ms":301`;

const notices: readonly (readonly [what: string, notice: Notice, line: string])[] = [
	[
		'a revision',
		{ kind: 'revision', commit: 'c0ffee', policies: 3 },
		'info policies in force {"commit":"c0ffee","policies":3}',
	],
	[
		'a problem',
		{ kind: 'problem', problem: broken },
		`warn problem {"code":"E_FORBIDDEN","problem":"${brokenText}"}`,
	],
	[
		'a quarrel',
		{ kind: 'warned', ...about, reason: 'Contested', problem: broken },
		`warn contested: somebody else undoes the weights {${who},"code":"E_FORBIDDEN","problem":"${brokenText}"}`,
	],
	[
		'a stall',
		{ kind: 'warned', ...about, reason: 'AdaptorStalled', problem: broken },
		`warn not converged: linkerd-smi does not follow {${who},"code":"E_FORBIDDEN","problem":"${brokenText}"}`,
	],
	[
		'a push that a protected branch refuses',
		{ kind: 'warned', ...about, reason: 'PushRefused', problem: broken },
		`warn the branch is protected: people are asked instead {${who},"code":"E_FORBIDDEN","problem":"${brokenText}"}`,
	],
	[
		'a hold',
		{ kind: 'held', ...about, reasons: [{ code: 'Suspended' }] },
		`info holding {${who},"reasons":["spec.mode is Suspended"]}`,
	],
	['a decision', { kind: 'decided', ...about, shift }, `info decided {${what}}`],
	['a proposal', { kind: 'proposed', ...about, change: anEditChange() }, `info would change {${what}}`],
	[
		'a commit',
		{ kind: 'delivered', ...about, shift, evidence: { kind: 'committed', commit: 'cafe' }, after: 300.6 },
		`info delivered {${done},"commit":"cafe"}`,
	],
	[
		'a patch',
		{ kind: 'delivered', ...about, shift, evidence: { kind: 'written', object: liveObject }, after: 300.6 },
		`info delivered {${done}}`,
	],
	[
		'a convergence',
		{ kind: 'converged', ...about, shift, uid: 'u', after: 300.6 },
		`info converged {${done}}`,
	],
	[
		'a commit nobody syncs',
		{ kind: 'unsynced', ...about, commit: 'cafe', since: 61_400 },
		`warn not live yet: is a syncer applying the repository? {${who},"commit":"cafe","seconds":61}`,
	],
	[
		'a convergence of a commit',
		{ kind: 'converged', ...about, shift, uid: 'u', after: 300.6, sincePush: 100.4 },
		`info converged {${done},"sincePushMs":100}`,
	],
	[
		'a commit that something blocks',
		{ kind: 'unsynced', ...about, commit: 'cafe', since: 61_400, blocker: 'it is suspended' },
		`warn not live yet {${who},"commit":"cafe","seconds":61,"blocker":"it is suspended"}`,
	],
	[
		'an escalation',
		{ kind: 'escalated', ...about, shift, since: 30_100, blocker: 'it is suspended' },
		`warn escalated: written directly, Git or the syncer follows later {${who},"weights":"emoji-svc 0, emoji-svc-west 1","seconds":30,"blocker":"it is suspended"}`,
	],
	[
		'an old debt',
		{ kind: 'indebted', ...about, since: 600_000 },
		`warn Git is behind what was written directly {${who},"seconds":600}`,
	],
	[
		'a debt that is paid',
		{ kind: 'released', ...about, since: 700_000 },
		`info Git is up to date with what was written directly {${who},"seconds":700}`,
	],
	[
		'a failure that is tried again',
		{ kind: 'failed', ...about, message: 'it differs', retryIn: 250.4 },
		`warn failed {${who},"reason":"it differs","retryInMs":250}`,
	],
	[
		'a failure that a person must mend',
		{ kind: 'failed', ...about, message: 'no patch right', problem: broken },
		`warn failed {${who},"code":"E_FORBIDDEN","problem":"${brokenText}"}`,
	],
];

for (const [title, notice, line] of notices) {
	test(`${title} is one line, with a message that never varies`, (t) => {
		const log = createLogLines();
		logNotices(log)(notice);
		t.deepEqual(log.lines, [line]);
	});
}
