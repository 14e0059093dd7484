import { systemClock } from '../../src/cli/system-clock.ts';
import type { KubernetesObject } from '../../src/model/ports/cluster.ts';
import { trafficSplits } from '../../src/model/traffic-split.ts';
import { createAlarm } from '../../src/simulator/world/alarm.ts';
import { collectionPath } from './collection-path.ts';
import { type OpenCluster, objectKey } from './open-cluster.ts';

/** linkerd-smi's adaptor, which cannot be had as a module: TrafficSplits become ServiceProfiles. */
export interface SmiAdaptor {
	/** Until aborted. */
	run(signal: AbortSignal): Promise<void>;
	/** From now on changes are only queued. */
	stall(): void;
	resume(): void;
}

interface Split extends KubernetesObject {
	readonly spec: {
		readonly service: string;
		readonly backends: readonly { readonly service: string; readonly weight: number | string }[];
	};
}

interface Override {
	readonly authority: string;
	readonly weight: number | string;
}

interface Profile extends KubernetesObject {
	readonly spec?: object;
}

/** A split to publish, or one that is gone. */
interface Task {
	readonly split: Split;
	readonly gone: boolean;
}

const manager = 'smi-adaptor';
const skipAnnotation = 'smi.linkerd.io/skip';
const domain = 'svc.cluster.local';
const apiVersion = 'linkerd.io/v1alpha2';
const resyncPeriod = 600_000;
const retryPeriod = 200;

/**
 * Writes what linkerd-smi v0.2.7 writes: the profile `<apex>.<namespace>.svc.cluster.local`, of which it replaces
 * `spec.dstOverrides` and nothing else, unless that is annotated with `smi.linkerd.io/skip`. A split that goes takes
 * the overrides with it and leaves the profile; one that changes its apex leaves the old profile as it is.
 */
export function createSmiAdaptor(cluster: OpenCluster): SmiAdaptor {
	const alarm = createAlarm(systemClock);
	const splits = new Map<string, Split>();
	const due = new Map<string, Task>();
	let stalled = false;

	const enqueue = (key: string, task: Task) => {
		due.set(key, task);
		alarm.nudge();
	};
	/** Returns whether something has to be tried again. */
	const work = async (): Promise<boolean> => {
		for (const [key, task] of stalled ? [] : [...due]) {
			const done = await publish(cluster, task).catch(() => false);
			if (done && due.get(key) === task) due.delete(key);
		}
		return !stalled && due.size > 0;
	};

	return {
		async run(signal) {
			const watching = cluster.watch(
				{
					resource: { ...trafficSplits, versions: ['v1alpha1'] },
					onObject(object) {
						const key = objectKey(object.metadata);
						splits.set(key, object as Split);
						enqueue(key, { split: object as Split, gone: false });
					},
					onGone(key) {
						const split = splits.get(key);
						splits.delete(key);
						if (split !== undefined) enqueue(key, { split, gone: true });
					},
				},
				signal,
			);
			let resyncAt = systemClock.now() + resyncPeriod;
			while (!signal.aborted) {
				if (systemClock.now() >= resyncAt) {
					for (const [key, split] of splits) enqueue(key, { split, gone: false });
					resyncAt += resyncPeriod;
				}
				const again = await work();
				await alarm.wait(again ? retryPeriod : resyncAt - systemClock.now(), signal);
			}
			await watching;
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

/** False when somebody else wrote the profile at the same time, or the server would not have it. */
async function publish({ access }: OpenCluster, { split, gone }: Task): Promise<boolean> {
	const { namespace = '' } = split.metadata;
	const name = `${split.spec.service}.${namespace}.${domain}`;
	const dstOverrides = gone ? null : listOverrides(split);
	const collection = collectionPath({ apiVersion, plural: 'serviceprofiles', namespace });
	const query = `?fieldManager=${manager}`;
	const live = await access.call({ method: 'GET', path: `${collection}/${name}` });
	if (live.code === 404) {
		if (gone) return true;
		const profile = { apiVersion, kind: 'ServiceProfile', metadata: { name }, spec: { dstOverrides } };
		const path = collection + query;
		return (await access.call({ method: 'POST', path, text: JSON.stringify(profile) })).code === 201;
	}
	const profile = live.body as Profile;
	if (live.code !== 200) return false;
	if (profile.metadata.annotations?.[skipAnnotation] !== undefined) return true;
	const { dstOverrides: _before, ...spec } = { dstOverrides: null, ...profile.spec };
	const text = JSON.stringify({ ...profile, spec: gone ? spec : { ...spec, dstOverrides } });
	return (await access.call({ method: 'PUT', path: `${collection}/${name}${query}`, text })).code === 200;
}

/** In the split's order, zero weights included. */
function listOverrides({ metadata, spec }: Split): readonly Override[] {
	return spec.backends.map(({ service, weight }) => ({
		authority: `${service}.${metadata.namespace}.${domain}`,
		weight,
	}));
}
