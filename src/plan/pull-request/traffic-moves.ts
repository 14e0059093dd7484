// What a change does to the traffic, worked out once for all that is said of it.
import type { PullRequestChange } from '../../model/change.ts';
import type { BackendEvidence } from '../../model/pull-request.ts';
import { shareOf } from '../../model/weights.ts';

export interface BackendMove {
	readonly service: string;
	readonly cluster: string;
	/** Shares of the traffic, 0..1. */
	readonly from: number;
	readonly to: number;
	readonly evidence?: BackendEvidence;
}

export interface TrafficMove {
	readonly change: PullRequestChange;
	/** The Service that clients call. */
	readonly service: string;
	readonly backends: readonly BackendMove[];
	readonly losing: readonly BackendMove[];
	readonly gaining: readonly BackendMove[];
	/** The share of the apex's traffic that goes elsewhere, 0..1. */
	readonly moved: number;
	/** Its traffic goes to other clusters than before. */
	readonly crosses: boolean;
}

/** The moves in the order of their policies' names, whatever order they come in. */
export function readMoves(changes: readonly PullRequestChange[]): readonly TrafficMove[] {
	return changes.map(readMove).sort((a, b) => compare(a.change.policy, b.change.policy));
}

function readMove(change: PullRequestChange): TrafficMove {
	const { shift, target, apex } = change;
	const evidence = new Map(change.evidence.map((each) => [each.service, each]));
	const backends = [...shift.to.keys()].map((service): BackendMove => {
		const seen = evidence.get(service);
		const shares = { from: shareOf(shift.from, service), to: shareOf(shift.to, service) };
		return { service, cluster: seen?.cluster ?? target.cluster, ...shares, ...(seen && { evidence: seen }) };
	});
	const losing = backends.filter(({ from, to }) => to < from);
	const gaining = backends.filter(({ from, to }) => to > from);
	const left = new Set(losing.map(({ cluster }) => cluster));
	return {
		change,
		service: apex ?? target.name,
		backends,
		losing,
		gaining,
		moved: gaining.reduce((sum, { from, to }) => sum + to - from, 0),
		crosses: losing.length > 0 && gaining.every(({ cluster }) => !left.has(cluster)),
	};
}

function compare(a: string, b: string): number {
	if (a === b) return 0;
	return a < b ? -1 : 1;
}

/** `100`, `33.3`. */
export function formatShare(share: number): string {
	const percent = Math.round(share * 1000) / 10;
	if (percent === 0 && share > 0) return 'under 0.1';
	if (percent === 100 && share < 1) return 'over 99.9';
	return String(percent);
}

/** `100%`. */
export function formatPercent(share: number): string {
	return `${formatShare(share)}%`;
}

export function unique(values: Iterable<string>): readonly string[] {
	return [...new Set(values)];
}
