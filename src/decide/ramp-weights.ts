// The weights on the way back: part of the way from those at its start to those at its end.
import type { Ramp } from '../model/decision.ts';
import { maxWeightSum, shareOf, totalWeight, type Weights } from '../model/weights.ts';

/** Steps are percentages, so weights that add up to less could not be told apart. */
const leastTotal = 100;

/** Quantities may be fractions (`500m`); thousandths are as fine as Kubernetes writes them here. */
export function integersOf(weights: Weights): Weights {
	if ([...weights.values()].every(Number.isInteger)) return weights;
	return new Map([...weights].map(([service, weight]) => [service, Math.round(weight * 1000)]));
}

/** The weights of the step that was decided last. */
export function stepWeights({ from, to, percent }: Ramp): Weights {
	return weightsAt(from, to, percent);
}

/**
 * The weights after `percent` of the way: integers, of which no share goes back or beyond its end as `percent` rises;
 * at 100 the very weights of the end. They add up to 100 where that is exact, else to the least sum in which both ends
 * are or, where a split cannot carry that much, in which the end is.
 */
export function weightsAt(from: Weights, to: Weights, percent: number): Weights {
	const start = totalWeight(from);
	if (percent >= 100 || start === 0) return to;
	const total = chooseTotal(start, totalWeight(to));
	const ends = [...to].map(([name]) => {
		const end = (to.get(name) ?? 0) * (total / totalWeight(to));
		const begin = Math.floor(((from.get(name) ?? 0) * total) / start);
		const gains = shareOf(to, name) > shareOf(from, name);
		return { name, gains, end, begin: gains ? Math.min(begin, end) : Math.max(begin, end) };
	});
	const losses = ends.map(({ gains, begin, end }) => (gains ? 0 : begin - end));
	const lost = spread(losses, Math.max(1, Math.round((sum(losses) * percent) / 100)));
	const left = ends.map(({ begin }, index) => begin - (lost[index] ?? 0));
	const room = ends.map(({ gains, begin, end }) => (gains ? end - begin : 0));
	const gained = spread(room, total - sum(left));
	return inPercent(new Map(ends.map(({ name }, index) => [name, (left[index] ?? 0) + (gained[index] ?? 0)])));
}

/** Percentages are what people compare, where they are whole. */
function inPercent(weights: Weights): Weights {
	const total = totalWeight(weights);
	const isWhole = [...weights.values()].every((weight) => (weight * 100) % total === 0);
	return isWhole ? new Map([...weights].map(([name, weight]) => [name, (weight * 100) / total])) : weights;
}

function chooseTotal(start: number, end: number): number {
	const percents = leastMultiple(leastTotal, end);
	const exact = leastMultiple(percents, start);
	if (exact <= maxWeightSum) return exact;
	return percents <= maxWeightSum ? percents : end;
}

function leastMultiple(a: number, b: number): number {
	return (a / greatestDivisor(a, b)) * b;
}

function greatestDivisor(a: number, b: number): number {
	return b === 0 ? a : greatestDivisor(b, a % b);
}

/**
 * Hands out so many units in the ratio of `parts`, to nobody more than its part (Webster's method). Unlike with the
 * largest remainder nobody has less when there are more units to hand out.
 */
function spread(parts: readonly number[], units: number): readonly number[] {
	const whole = sum(parts);
	if (units >= whole) return parts;
	const given = parts.map((part) => Math.floor((part * units) / whole + 0.5));
	for (let over = sum(given) - units; over !== 0; over += over > 0 ? -1 : 1) {
		const turn = over > 0 ? -1 : 1;
		const index = turn === 1 ? nextIndex(parts, given) : lastIndex(parts, given);
		given[index] = (given[index] ?? 0) + turn;
	}
	return given;
}

/** Who is the next to get a unit; of equals the first. */
function nextIndex(parts: readonly number[], given: readonly number[]): number {
	const claims = parts.map((part, index) => part / (2 * (given[index] ?? 0) + 1));
	return claims.indexOf(Math.max(...claims));
}

/** Who was the last to get one; of equals the last. */
function lastIndex(parts: readonly number[], given: readonly number[]): number {
	const claims = parts.map((part, index) => {
		const has = given[index] ?? 0;
		return has === 0 ? Number.POSITIVE_INFINITY : part / (2 * has - 1);
	});
	return claims.lastIndexOf(Math.min(...claims));
}

function sum(values: readonly number[]): number {
	return values.reduce((total, value) => total + value, 0);
}
