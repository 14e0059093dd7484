import type { LiveTarget } from '../model/live-target.ts';
import { describeTarget, type ServiceName } from '../model/names.ts';
import { linkerdFailover, ownManager, settingFor } from '../model/other-writers.ts';
import { baselineWeights, type FailoverPolicy } from '../model/policy.ts';
import type { Reason } from '../model/reason.ts';
import type { TargetSnapshot } from '../model/snapshot.ts';
import { carries, rulesNaming, weightsOf } from '../model/target-rules.ts';
import { totalWeight, type Weights } from '../model/weights.ts';

/** What a target that can carry a policy's weights carries now. */
export interface TargetState {
	/** In the policy's order. Of several rules, the first one's. */
	readonly live: Weights;
	/** Backends that some rule sends traffic to. */
	readonly carrying: ReadonlySet<ServiceName>;
	/** Every rule sends traffic in the same ratio. */
	readonly even: boolean;
	/** An owned target that is missing is to be made; one that has other backends than the policy, to be made anew. */
	readonly toMake?: 'missing' | 'misshapen';
}

export type TargetVerdict =
	| ({ readonly kind: 'usable' } & TargetState)
	| { readonly kind: 'unusable'; readonly reason: Reason };

/**
 * Whether the target can carry this policy's weights. Backends the policy does not name are left alone, and rules
 * that do not name all of its backends too. `last` are the weights last written, for an owned target that is gone.
 */
export function usableTarget(
	policy: FailoverPolicy,
	target: TargetSnapshot,
	last: Weights | undefined,
): TargetVerdict {
	const name = describeTarget(policy.target);
	switch (target.kind) {
		case 'missing':
			if (policy.owned !== undefined) return { kind: 'usable', ...unmade(policy, last) };
			return unusable({ code: 'TargetMissing', target: name });
		case 'invalid':
			return unusable({ code: 'TargetInvalid', target: name, message: target.message });
		case 'found': {
			const refusal = refuse(policy, target, name);
			if (refusal !== undefined) return unusable(refusal);
			return { kind: 'usable', ...readState(policy, target.target) };
		}
	}
}

function unusable(reason: Reason): TargetVerdict {
	return { kind: 'unusable', reason };
}

/** Where nothing splits the traffic it is as good as on the baseline, or where it was last sent. */
function unmade(policy: FailoverPolicy, last: Weights | undefined): TargetState {
	const baseline = baselineWeights(policy);
	const known = new Map([...baseline.keys()].map((service) => [service, last?.get(service) ?? 0]));
	const live = totalWeight(known) > 0 ? known : baseline;
	return { live, carrying: carriers([live]), even: true, toMake: 'missing' };
}

function readState(policy: FailoverPolicy, target: LiveTarget): TargetState {
	const services = policy.backends.map(({ service }) => service);
	const rules = policy.owned === undefined ? rulesNaming(target, services) : target.rules;
	const weights = rules.map((rule) => weightsOf(rule, services));
	const live = weights[0] ?? new Map();
	return {
		live,
		carrying: carriers(weights),
		even: weights.length === 1 || carries(target, live),
		...(policy.owned !== undefined && !sameBackends(target, services) ? { toMake: 'misshapen' } : {}),
	};
}

function carriers(rules: readonly Weights[]): ReadonlySet<ServiceName> {
	return new Set(
		rules.flatMap((weights) => [...weights].filter(([, weight]) => weight > 0).map(([service]) => service)),
	);
}

function sameBackends({ rules }: LiveTarget, services: readonly ServiceName[]): boolean {
	const names = new Set(rules.flatMap(({ backends }) => backends.map(({ service }) => service)));
	return names.size === services.length && services.every((service) => names.has(service));
}

function refuse(
	policy: FailoverPolicy,
	{ target, profile }: Extract<TargetSnapshot, { kind: 'found' }>,
	name: string,
): Reason | undefined {
	if (target.terminating) return { code: 'TargetTerminating', target: name };
	const taken = refuseTaken(policy, target, name);
	if (taken !== undefined) return taken;
	if (policy.owned !== undefined) return refuseForeign(policy, policy.owned, target, name);
	if (target.kind !== 'TrafficSplit' && profile !== undefined) {
		return { code: 'RouteShadowed', target: name, apex: profile.apex };
	}
	return refuseBackends(policy, target, name);
}

/** Two writers of one target would undo each other for ever. */
function refuseTaken(policy: FailoverPolicy, live: LiveTarget, target: string): Reason | undefined {
	const { owner, controlledBy, manager } = live;
	if (owner !== undefined) {
		const setting = 'point this policy or that object at another target, since both would write its weights';
		return { code: 'TargetTaken', target, owner, setting };
	}
	const handedOver = policy.labelled || controlledBy === undefined || controlledBy === ownManager;
	if (handedOver || manager !== linkerdFailover) return undefined;
	return { code: 'TargetTaken', target, owner: 'linkerd-failover', setting: settingFor(linkerdFailover) };
}

/** An owned target is made for its policy; what somebody else made is never taken over. */
function refuseForeign(
	{ key }: FailoverPolicy,
	{ apex }: { readonly apex: ServiceName },
	{ madeBy, madeFor, apexes }: LiveTarget,
	target: string,
): Reason | undefined {
	if (madeBy !== ownManager || madeFor !== key) {
		const owner = madeBy === ownManager && madeFor !== undefined ? `policy ${madeFor}` : 'somebody else';
		const setting =
			'delete it, and it is made anew for this policy; or use target.ownership: Adopted, which only moves its weights';
		return { code: 'TargetTaken', target, owner, setting };
	}
	if (apexes[0] === apex) return undefined;
	const message = `its apex is ${apexes[0]}, not ${apex}; delete it, and it is made anew`;
	return { code: 'TargetInvalid', target, message };
}

function refuseBackends(policy: FailoverPolicy, target: LiveTarget, name: string): Reason | undefined {
	const services = policy.backends.map(({ service }) => service);
	if (target.kind === 'TrafficSplit') {
		const named = new Set(target.rules.flatMap(({ backends }) => backends.map(({ service }) => service)));
		const absent = services.find((service) => !named.has(service));
		return absent === undefined ? undefined : { code: 'BackendNotInSplit', backend: absent, target: name };
	}
	const rules = rulesNaming(target, services);
	if (rules.length === 0) return { code: 'NoRuleMatches', target: name, backends: services };
	const twice = services.find((service) =>
		rules.some(({ backends }) => backends.filter((backend) => backend.service === service).length > 1),
	);
	return twice === undefined
		? undefined
		: { code: 'TargetInvalid', target: name, message: `a rule names backend ${twice} twice` };
}
