import test from 'ava';
import { percentile } from '../bench/statistics.ts';
import { createRaceRemote, findLosses, raceForBranch } from '../support/branch-race.ts';

/** Of each of eight processes. `npm run bench -- git --only race` has them make 40, over HTTP. */
const count = 10;
/** In ms. */
const bound = 15_000;

test('F1, F24, F-107 eight processes write one branch beside somebody else: nothing is lost, and nobody waits long', async (t) => {
	t.timeout(240_000);
	const remote = await createRaceRemote(t);
	const race = await raceForBranch(t, remote.url, count);
	const spans = [...race.changes.values()].flat().map(({ span }) => span);
	const [half, most] = [percentile(spans, 0.5), percentile(spans, 1)].map(Math.round);
	t.log(
		`${spans.length} changes and ${race.foreign.length} foreign commits in ${Math.round(race.span / 1000)} s; a change took ${half} ms p50, ${most} ms at most`,
	);
	t.is(spans.length, 8 * count);
	t.true(race.foreign.length > 0);
	t.deepEqual(await findLosses(remote, race), []);
	t.true(percentile(spans, 1) <= bound, `every change within 15 s, not ${most} ms`);
});

test('a race that lost a commit, doubled one or merged would be noticed', async (t) => {
	const remote = await createRaceRemote(t);
	const race = await raceForBranch(t, remote.url, 1);
	t.deepEqual(await findLosses(remote, race), []);
	const changes = new Map([...race.changes].map(([split, made]) => [split, split === 'ada' ? [] : made]));
	t.is((await findLosses(remote, { ...race, changes })).length, 2, 'a change that nobody made');
	t.is(
		(await findLosses(remote, { ...race, foreign: [] })).length,
		2,
		'a commit of somebody else that is not known',
	);
	await remote.commit({ a: '1', b: '2' }, 'a commit of nobody');
	t.is((await findLosses(remote, race)).length, 2);
	const somebody = ['-c', 'user.name=Else', '-c', 'user.email=else@example.com'];
	const tree = (await remote.git('rev-parse', 'main^{tree}')).trim();
	const merge = await remote.git(
		...somebody,
		'commit-tree',
		tree,
		'-p',
		'main',
		'-p',
		'main^',
		'-m',
		'a merge',
	);
	await remote.git('update-ref', 'refs/heads/main', merge.trim());
	t.true((await findLosses(remote, race)).some((loss) => loss.startsWith('merges: ')));
});
