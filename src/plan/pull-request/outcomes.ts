// What merging, closing and ignoring do: exactly what Spillway does, and how to take it back.
import type { FailoverPolicy } from '../../model/policy.ts';
import type { PullRequestFacts } from '../../model/ports/pull-request-text.ts';
import { formatDuration } from '../../model/time.ts';
import { sanitizeName } from './sanitize.ts';
import { type TrafficMove, unique } from './traffic-moves.ts';
import { rampOf } from './verdict.ts';
import { bullets } from './wording.ts';

/** The three choices, each in a line; `idleness` is what comes of doing nothing. */
export function writeChoices(moves: readonly TrafficMove[], idleness: string): string {
	const isRamped = moves.some(({ change }) => rampOf(change));
	return bullets([
		isRamped ? '**Merge** to approve the whole way back.' : '**Merge** to move the traffic.',
		'**Close** to veto it: nothing moves.',
		`**Do nothing**, and ${idleness}.`,
	]);
}

/** The same at length. */
export function writeOutcomes(
	facts: PullRequestFacts,
	moves: readonly TrafficMove[],
	idleness: string,
): string {
	const base = sanitizeName(facts.base);
	const ramps = describeRamps(moves, base);
	const recovery =
		facts.group.move === 'failover' ? 'If the backends recover first' : 'If a backend fails again first';
	return bullets([
		`**Merge**: ${base} carries the weights, the syncer applies them, and \`spillway/applied\` turns green once they are live.${ramps.map((ramp) => ` ${ramp}`).join('')}`,
		'**Close**: a veto for this episode. Spillway moves nothing, whatever the timers say, and asks again only in a new episode. Open it again, or write `/spillway retry`, to lift the veto.',
		`**Do nothing**: ${idleness}. ${recovery}, \`spillway/still-needed\` turns red and Spillway closes this and deletes its branch.`,
		'**Merge late**, when it is not needed any more: Spillway notices and answers at once with the way back.',
		'**Push to its branch**, or change its base: Spillway keeps its hands off. `/spillway retry` hands it back, and writes over what was pushed.',
	]);
}

/** What follows the first step of a way back. */
function describeRamps(moves: readonly TrafficMove[], base: string): readonly string[] {
	return unique(
		moves.flatMap(({ change }) => {
			const ramp = rampOf(change);
			return ramp === undefined ? [] : [describeRamp(ramp, change.failback, base)];
		}),
	).slice(0, 3);
}

function describeRamp(
	ramp: readonly number[],
	{ rampInterval }: FailoverPolicy['failback'],
	base: string,
): string {
	const pause = rampInterval ? `${formatDuration(rampInterval)} after` : 'as soon as';
	return `Merging approves the whole way back, ${ramp.join(' → ')}%: each further step is a commit to ${base}, ${pause} the one before is live.`;
}

/** Who brings the traffic back after a failover, and when: one line for each way the policies have. */
export function writeFailback(moves: readonly TrafficMove[], base: string): string | undefined {
	const failovers = moves.filter(({ change }) => change.shift.move === 'failover');
	// Policies are many, their ways back are few.
	const ways = [...Map.groupBy(failovers, ({ change }) => JSON.stringify(change.failback)).values()];
	if (ways.length === 0) return undefined;
	const name = sanitizeName(base);
	const lines = ways.slice(0, 5).flatMap((alike) => {
		const [first] = alike;
		if (first === undefined) return [];
		const way = describeFailback(first.change.failback, name);
		return [ways.length === 1 ? way : `${alike.length} of ${moves.length}: ${way}`];
	});
	return bullets([...lines, ...(ways.length > 5 ? [`${ways.length - 5} other ways: see the policies`] : [])]);
}

function describeFailback(failback: FailoverPolicy['failback'], base: string): string {
	const { mode, after, via, autoMerge, ramp, rampInterval } = failback;
	if (mode === 'Manual') return 'The way back is left to people (`failback.mode` is `Manual`).';
	const when =
		after > 0
			? `Once the backends have been healthy for ${formatDuration(after)}`
			: 'Once the backends are healthy';
	const how = {
		Direct: 'Spillway patches the weights back',
		Commit: `Spillway commits the way back to ${base}`,
		PullRequest: `Spillway asks for the way back by a pull request${autoMerge ? ', which is merged once its checks pass' : ''}`,
	}[via];
	const steps = ramp !== undefined && ramp.length > 1 ? `, in steps of ${ramp.join(' → ')}%` : '';
	const pause = steps !== '' && rampInterval ? `, ${formatDuration(rampInterval)} apart` : '';
	return `${when}, ${how}${steps}${pause}.`;
}
