// Eight processes that write one branch beside somebody else, over HTTP.
import { createRaceRemote, findLosses, raceForBranch } from '../support/branch-race.ts';
import { serveGit } from '../support/git-http-server.ts';
import { createOwner } from './owner.ts';
import { atMost, type Row } from './row.ts';
import { percentile } from './statistics.ts';

/** `count` changes of each process, one right after the other. */
export async function measureRace(count: number): Promise<readonly Row[]> {
	const part = `Eight processes × ${count} changes of one branch, and somebody else's every 0.2 s`;
	const owner = createOwner();
	try {
		const remote = await createRaceRemote(owner);
		const { url } = await serveGit(owner, remote);
		const race = await raceForBranch(owner, url, count);
		const losses = await findLosses(remote, race);
		const spans = [...race.changes.values()].flat().map(({ span }) => span / 1000);
		return [
			{ part, what: 'changes', value: spans.length, unit: '' },
			{ part, what: 'commits of somebody else', value: race.foreign.length, unit: '' },
			{ part, what: 'things lost, doubled or mixed up', value: losses.length, unit: '', ...atMost(0) },
			{ part, what: 'decision → on the branch, p50', value: percentile(spans, 0.5), unit: 's' },
			{ part, what: 'decision → on the branch, p99', value: percentile(spans, 0.99), unit: 's' },
			{
				part,
				what: 'decision → on the branch, at most',
				value: percentile(spans, 1),
				unit: 's',
				...atMost(15),
			},
			{ part, what: 'all of it', value: race.span / 1000, unit: 's' },
		];
	} finally {
		await owner.end();
	}
}
