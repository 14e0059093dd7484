import type { Clock } from '../../model/ports/clock.ts';
import type { KubernetesObject } from '../../model/ports/cluster.ts';
import type { Milliseconds } from '../../model/time.ts';
import type { ObjectStore } from '../kubernetes/object-store.ts';
import { createAlarm } from './alarm.ts';
import { applyObject, findObject } from './apply.ts';

interface Split extends KubernetesObject {
	readonly spec?: {
		readonly service?: string;
		readonly backends?: readonly { readonly service: string; readonly weight?: number | string }[];
	};
}

export interface SmiAdaptorParts {
	readonly store: ObjectStore;
	readonly clock: Clock;
	/** Default: `cluster.local`. */
	readonly clusterDomain?: string;
}

/** linkerd-smi's adaptor, which turns TrafficSplits into the ServiceProfiles that Linkerd's proxies route by. */
export interface SmiAdaptor {
	/** Resolves once aborted. Splits that are deleted while it does not run are never cleaned up after. */
	run(signal: AbortSignal): Promise<void>;
	/** From now on, changes are only queued. */
	stall(): void;
	/** Works off the queue, and goes on. */
	resume(): void;
}

const splitType = { group: 'split.smi-spec.io', plural: 'trafficsplits' };
const profileType = { group: 'linkerd.io', plural: 'serviceprofiles' };
const skipAnnotation = 'smi.linkerd.io/skip';
const resyncPeriod: Milliseconds = 600_000;

/**
 * Writes what linkerd-smi v0.2.7 writes: the profile `<apex>.<namespace>.svc.<domain>`, of which it replaces
 * `spec.dstOverrides` only. A split that is deleted takes the overrides away and leaves the profile; one that changes
 * its apex leaves the old profile as it is; so does a profile annotated with `smi.linkerd.io/skip`.
 */
export function createSmiAdaptor({
	store,
	clock,
	clusterDomain = 'cluster.local',
}: SmiAdaptorParts): SmiAdaptor {
	const alarm = createAlarm(clock);
	const queue: (() => void)[] = [];
	let stalled = false;

	const { publish, clear } = createProfileWriter(store, clusterDomain);
	const enqueue = (work: () => void): void => {
		queue.push(work);
		alarm.nudge();
	};
	const workOff = (): void => {
		if (stalled) return;
		for (const work of queue.splice(0)) work();
	};
	const resync = (): void => {
		for (const split of store.list(splitType).items) enqueue(() => publish(split));
	};

	return {
		async run(signal) {
			const stop = store.watch(splitType, undefined, ({ type, object }) =>
				enqueue(type === 'DELETED' ? () => clear(object) : () => publish(object)),
			);
			let resyncAt = clock.now();
			while (!signal.aborted) {
				if (clock.now() >= resyncAt) {
					resync();
					resyncAt = clock.now() + resyncPeriod;
				}
				workOff();
				await alarm.wait(resyncAt - clock.now(), signal);
			}
			stop();
		},
		stall() {
			stalled = true;
		},
		resume() {
			stalled = false;
			alarm.nudge();
		},
	};
}

interface ProfileWriter {
	publish(split: Split): void;
	/** Takes the overrides away, and leaves the profile. */
	clear(split: Split): void;
}

function createProfileWriter(store: ObjectStore, clusterDomain: string): ProfileWriter {
	const write = ({ metadata, spec }: Split, dstOverrides: readonly object[] | null): void => {
		const { namespace = '' } = metadata;
		const name = `${spec?.service}.${namespace}.svc.${clusterDomain}`;
		const key = { ...profileType, namespace, name };
		const live = findObject(store, key);
		if (live?.metadata.annotations?.[skipAnnotation] !== undefined) return;
		if (live === undefined && dstOverrides === null) return;
		const profile = { metadata: { name, namespace }, spec: { dstOverrides } };
		applyObject(store, key, { apiVersion: 'linkerd.io/v1alpha2', kind: 'ServiceProfile', ...profile });
	};
	return {
		publish(split) {
			const suffix = `${split.metadata.namespace}.svc.${clusterDomain}`;
			const overrides = (split.spec?.backends ?? []).map(({ service, weight = 0 }) => ({
				authority: `${service}.${suffix}`,
				weight,
			}));
			write(split, overrides);
		},
		clear: (split) => write(split, null),
	};
}
