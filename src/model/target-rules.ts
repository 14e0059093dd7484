import type { LiveRule, LiveTarget } from './live-target.ts';
import type { ServiceName } from './names.ts';
import { sameRatio, type Weights } from './weights.ts';

/** The rules that name every one of these backends: those whose weights are moved. */
export function rulesNaming(
	{ rules }: Pick<LiveTarget, 'rules'>,
	services: Iterable<ServiceName>,
): readonly LiveRule[] {
	const wanted = [...services];
	return rules.filter(({ backends }) =>
		wanted.every((name) => backends.some(({ service }) => service === name)),
	);
}

/** What a rule gives these backends; 0 where it does not name one. */
export function weightsOf({ backends }: LiveRule, services: Iterable<ServiceName>): Weights {
	const live = new Map(backends.map(({ service, weight }) => [service, weight]));
	return new Map([...services].map((service) => [service, live.get(service) ?? 0]));
}

/** Whether the target sends traffic in this ratio, by every rule that names these backends. */
export function carries(target: Pick<LiveTarget, 'rules'>, weights: Weights): boolean {
	const rules = rulesNaming(target, weights.keys());
	return rules.length > 0 && rules.every((rule) => sameRatio(weightsOf(rule, weights.keys()), weights));
}
