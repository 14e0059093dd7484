import type { Notice, PolicyNotice } from '../model/notice.ts';
import type { ClusterEvent } from '../model/ports/cluster.ts';
import type { Problem } from '../model/problem.ts';
import { renderReason } from '../model/reason.ts';
import { targetApiVersion, targetResource } from '../model/target-resource.ts';
import { formatDuration } from '../model/time.ts';
import { formatWeights } from '../model/weights.ts';

/** Bytes of UTF-8 that an Event's note may have. */
const maxNote = 1024;

/** What an Event says of a notice; `undefined` where it deserves none, or there is no object to tie it to. */
export function composeEvent(notice: Notice): ClusterEvent | undefined {
	switch (notice.kind) {
		case 'converged':
			return composeMove(notice);
		case 'requested':
			return composeRequest(notice);
		case 'failed': {
			const { uid, shift, policy, problem, message } = notice;
			if (uid === undefined || shift === undefined || !isForPeople(problem)) return undefined;
			const wanted = `${formatWeights(shift.to)} (policy ${policy})`;
			const why = problem.got === undefined ? message : `${message}: ${problem.got}`;
			const reason = shift.move === 'failover' ? 'FailoverFailed' : 'FailbackFailed';
			return warn(notice, uid, reason, `${wanted}: ${why}`);
		}
		case 'warned': {
			const { uid, problem, policy, reason } = notice;
			if (uid === undefined) return undefined;
			return warn(notice, uid, reason, `policy ${policy}: ${problem.message}; ${problem.remedy}`);
		}
		case 'unsynced':
		case 'escalated':
		case 'indebted':
			return composeLag(notice);
		default:
			return undefined;
	}
}

/** Between the push and the live object. */
function composeLag(
	notice: Extract<Notice, { kind: 'unsynced' | 'escalated' | 'indebted' }>,
): ClusterEvent | undefined {
	const { uid, policy, blocker } = notice;
	if (uid === undefined) return undefined;
	const why = blocker === undefined ? '' : `: ${blocker}`;
	if (notice.kind === 'unsynced') {
		return warn(notice, uid, 'NotApplied', `commit ${notice.commit} of policy ${policy} is not live${why}`);
	}
	if (notice.kind === 'escalated') {
		const weights = `${formatWeights(notice.shift.to)} (policy ${policy})`;
		return warn(
			notice,
			uid,
			'Escalated',
			`${weights} written directly, Git or the syncer follows later${why}`,
		);
	}
	const age = formatDuration(notice.since);
	return warn(notice, uid, 'GitDebt', `Git is behind policy ${policy} for ${age}${why}`);
}

/** What passes by itself is retried within seconds, and a server that is overloaded needs no Event on top. */
function isForPeople(problem: Problem | undefined): problem is Problem {
	return problem !== undefined && problem.code !== 'E_CLUSTER_UNREACHABLE';
}

/** linkerd-failover named every move `Failover`, and so do the policies made of its labels. */
function composeMove(notice: Extract<Notice, { kind: 'converged' }>): ClusterEvent {
	const { shift, uid, policy, labelled } = notice;
	const why = shift.reasons.map(renderReason).join('; ');
	return {
		regarding: regard(notice, uid),
		type: 'Normal',
		reason: labelled || shift.move === 'failover' ? 'Failover' : 'Failback',
		note: cutNote(`${formatWeights(shift.to)} (policy ${policy}): ${why}`),
	};
}

function composeRequest(notice: Extract<Notice, { kind: 'requested' }>): ClusterEvent | undefined {
	const { shift, uid, policy, number, url } = notice;
	if (uid === undefined) return undefined;
	return {
		regarding: regard(notice, uid),
		type: 'Normal',
		reason: shift.move === 'failover' ? 'FailoverRequested' : 'FailbackRequested',
		note: cutNote(
			`${formatWeights(shift.to)} (policy ${policy}): asked for in pull request #${number} ${url}`,
		),
	};
}

function warn(notice: PolicyNotice, uid: string, reason: string, note: string): ClusterEvent {
	return { regarding: regard(notice, uid), type: 'Warning', reason, note: cutNote(note) };
}

function regard({ target }: PolicyNotice, uid: string): ClusterEvent['regarding'] {
	const { namespace, name, kind } = target;
	return {
		resource: targetResource(target),
		namespace,
		name,
		kind,
		apiVersion: targetApiVersion(target),
		uid,
	};
}

/** As many whole characters as fit. */
function cutNote(text: string): string {
	const bytes = new Uint8Array(maxNote);
	const { written } = new TextEncoder().encodeInto(text, bytes);
	return new TextDecoder().decode(bytes.subarray(0, written));
}
