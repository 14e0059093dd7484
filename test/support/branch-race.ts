// Many processes on one branch, beside somebody else: the race, and what it must not have lost.
import { parseTrailers } from '../../src/model/commit-trailers.ts';
import { startProcess } from '../bench/process-calls.ts';
import type { RacedChange } from './branch-racer.ts';
import { createForeignCommitter } from './foreign-committer.ts';
import { type BareRepository, createBareRepository } from './git-remote.ts';

/** A test, or whatever else comes to an end. */
type Owner = Parameters<typeof createBareRepository>[0];

export interface BranchRace {
	/** In ms, of all of it. */
	readonly span: number;
	/** By split, in the order in which they were made. */
	readonly changes: ReadonlyMap<string, readonly RacedChange[]>;
	/** Messages of the commits of somebody else. */
	readonly foreign: readonly string[];
}

const racer = new URL('branch-racer.ts', import.meta.url);
/** Half of them have a file of their own, the others share one. */
const own = ['ada', 'bob', 'cyd', 'dan'];
const sharing = ['eve', 'fay', 'gil', 'hal'];
const splits = [...own, ...sharing];
/** Between two commits of somebody else, in ms. */
const foreignInterval = 200;

/** The repository of a race. */
export function createRaceRemote(owner: Owner): Promise<BareRepository> {
	return createBareRepository(owner, {
		'README.md': 'A repository that many write.\n',
		...Object.fromEntries(own.map((name) => [`clusters/east/${name}.yaml`, writeSplit(name)])),
		'clusters/east/shared.yaml': sharing.map(writeSplit).join('---\n'),
	});
}

function writeSplit(name: string): string {
	return `apiVersion: split.smi-spec.io/v1alpha2
kind: TrafficSplit
metadata: {name: ${name}, namespace: emojivoto}
spec:
  service: ${name}
  backends:
    - {service: primary, weight: 100} # the usual place
    - {service: fallback, weight: 0}
`;
}

/** Eight processes change a split each, `count` times, one change right after the other. `url` is the remote's. */
export async function raceForBranch(owner: Owner, url: string, count: number): Promise<BranchRace> {
	const processes = await Promise.all(splits.map(() => startProcess(racer)));
	owner.teardown(async () => {
		await Promise.all(processes.map(({ stop }) => stop()));
	});
	await Promise.all(processes.map(({ call }, index) => call('open', { url, split: splits[index] })));
	const somebody = await createForeignCommitter(owner, url);
	const over = new AbortController();
	const pushing = somebody.run(foreignInterval, over.signal);
	try {
		const began = performance.now();
		const raced = await Promise.all(processes.map(({ call }) => call<readonly RacedChange[]>('race', count)));
		const span = performance.now() - began;
		over.abort();
		const changes = new Map(splits.map((split, index) => [split, raced[index] ?? []]));
		return { span, changes, foreign: await pushing };
	} finally {
		over.abort();
		await pushing;
	}
}

/** What the branch lost, doubled, mixed up or merged in a race, one sentence each. */
export async function findLosses(remote: BareRepository, race: BranchRace): Promise<readonly string[]> {
	const losses: string[] = [];
	const log = (await remote.log()).toReversed().slice(1);
	const carried = Map.groupBy(
		log.flatMap(({ message }) => parseTrailers(message)),
		({ policy }) => policy,
	);
	for (const [split, changes] of race.changes) {
		const seen = carried.get(`race/${split}`)?.map(({ changeId }) => changeId) ?? [];
		if (seen.join() !== changes.map(({ id }) => id).join()) losses.push(`${split}: ${seen.join(', ')}`);
	}
	const foreign = log.map(({ message }) => message.trim()).filter((message) => message.startsWith('foreign'));
	if (foreign.join() !== race.foreign.join()) losses.push(`of somebody else: ${foreign.join(', ')}`);
	const expected = race.foreign.length + [...race.changes.values()].flat().length;
	if (log.length !== expected) losses.push(`${log.length} commits, not ${expected}`);
	const wide = log.filter(({ files }) => files.length !== 1).map(({ id }) => id);
	if (wide.length > 0) losses.push(`more than one file: ${wide.join(', ')}`);
	const merges = (await remote.git('rev-list', '--min-parents=2', 'main')).trim();
	if (merges !== '') losses.push(`merges: ${merges}`);
	return losses;
}
