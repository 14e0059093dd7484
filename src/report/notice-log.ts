import type { Notice } from '../model/notice.ts';
import type { Log, LogFields } from '../model/ports/log.ts';
import { formatProblem, type Problem } from '../model/problem.ts';
import { type Reason, renderReason } from '../model/reason.ts';
import { formatWeights } from '../model/weights.ts';
import { about, type Line } from './notice-line.ts';
import { describePullRequest } from './pull-request-line.ts';

/** Writes each notice as one line with a static message; the facts are fields. */
export function logNotices(log: Log): (notice: Notice) => void {
	return (notice) => {
		const { level, message, fields } = describeNotice(notice);
		log[level](message, fields);
	};
}

function describeNotice(notice: Notice): Line {
	switch (notice.kind) {
		case 'revision':
			return {
				level: 'info',
				message: 'policies in force',
				fields: { commit: notice.commit, policies: notice.policies },
			};
		case 'problem':
			return { level: 'warn', message: 'problem', fields: describeProblem(notice.problem) };
		case 'held':
			return {
				level: 'info',
				message: 'holding',
				fields: { ...about(notice), reasons: explain(notice.reasons) },
			};
		case 'decided':
		case 'proposed':
			return describeShift(notice);
		case 'delivered':
		case 'converged':
			return describeProgress(notice);
		case 'requested':
		case 'pull-request':
			return describePullRequest(notice);
		case 'unsynced':
		case 'escalated':
		case 'indebted':
		case 'released':
			return describeLag(notice);
		case 'failed': {
			const { message, problem, retryIn } = notice;
			const facts = problem === undefined ? { reason: message } : describeProblem(problem);
			const again = retryIn === undefined ? {} : { retryInMs: Math.round(retryIn) };
			return { level: 'warn', message: 'failed', fields: { ...about(notice), ...facts, ...again } };
		}
		case 'warned': {
			const fields = { ...about(notice), ...describeProblem(notice.problem) };
			return { level: 'warn', message: warnings[notice.reason], fields };
		}
	}
}

const lags = {
	escalated: 'escalated: written directly, Git or the syncer follows later',
	indebted: 'Git is behind what was written directly',
	released: 'Git is up to date with what was written directly',
} as const;

/** Between the push and the live object, or the other way round. */
function describeLag(
	notice: Extract<Notice, { kind: 'unsynced' | 'escalated' | 'indebted' | 'released' }>,
): Line {
	const blocker = notice.kind === 'released' ? undefined : notice.blocker;
	const fields = {
		...about(notice),
		...(notice.kind === 'unsynced' ? { commit: notice.commit } : {}),
		...(notice.kind === 'escalated' ? { weights: formatWeights(notice.shift.to) } : {}),
		seconds: Math.round(notice.since / 1000),
		...(blocker === undefined ? {} : { blocker }),
	};
	const level = notice.kind === 'released' ? 'info' : 'warn';
	if (notice.kind !== 'unsynced') return { level, message: lags[notice.kind], fields };
	const question = 'not live yet: is a syncer applying the repository?';
	return { level, message: blocker === undefined ? question : 'not live yet', fields };
}

const warnings = {
	Contested: 'contested: somebody else undoes the weights',
	AdaptorStalled: 'not converged: linkerd-smi does not follow',
	PushRefused: 'the branch is protected: people are asked instead',
} as const;

function describeShift(notice: Extract<Notice, { kind: 'decided' | 'proposed' }>): Line {
	const { move, from, to, reasons, episode } = notice.kind === 'decided' ? notice.shift : notice.change.shift;
	const weights = { from: formatWeights(from), to: formatWeights(to) };
	const fields = { ...about(notice), move, ...weights, episode: episode.id, reasons: explain(reasons) };
	return { level: 'info', message: notice.kind === 'decided' ? 'decided' : 'would change', fields };
}

function describeProgress(notice: Extract<Notice, { kind: 'delivered' | 'converged' }>): Line {
	const { move, to, episode } = notice.shift;
	const done = {
		...about(notice),
		move,
		weights: formatWeights(to),
		episode: episode.id,
		ms: Math.round(notice.after),
	};
	if (notice.kind === 'converged') {
		const { sincePush } = notice;
		const push = sincePush === undefined ? {} : { sincePushMs: Math.round(sincePush) };
		return { level: 'info', message: 'converged', fields: { ...done, ...push } };
	}
	const { evidence } = notice;
	const commit = evidence.kind === 'committed' ? { commit: evidence.commit } : {};
	return { level: 'info', message: 'delivered', fields: { ...done, ...commit } };
}

function explain(reasons: readonly Reason[]): readonly string[] {
	return reasons.map(renderReason);
}

function describeProblem(problem: Problem): LogFields {
	return { code: problem.code, problem: formatProblem(problem) };
}
