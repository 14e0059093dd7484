import test from 'ava';
import { writeEventManifest } from '../../src/kubernetes/event-manifest.ts';
import type { ClusterEvent } from '../../src/model/ports/cluster.ts';

const now = Date.parse('2026-11-21T09:00:00Z');

function anEvent(name: string, note = 'moved'): ClusterEvent {
	const resource = { group: 'split.smi-spec.io', versions: ['v1alpha2'], plural: 'trafficsplits' };
	const apiVersion = 'split.smi-spec.io/v1alpha2';
	const regarding = { resource, namespace: 'emojivoto', name, kind: 'TrafficSplit', apiVersion, uid: 'u-1' };
	return { regarding, type: 'Warning', reason: 'FailedOver', note };
}

test('an Event says who reports what about which object, and when', (t) => {
	t.deepEqual(
		writeEventManifest(anEvent('emoji-svc'), now, () => 0.5),
		{
			apiVersion: 'v1',
			kind: 'Event',
			metadata: { name: `emoji-svc.${now.toString(16)}80000000`, namespace: 'emojivoto' },
			involvedObject: {
				kind: 'TrafficSplit',
				apiVersion: 'split.smi-spec.io/v1alpha2',
				namespace: 'emojivoto',
				name: 'emoji-svc',
				uid: 'u-1',
			},
			type: 'Warning',
			reason: 'FailedOver',
			message: 'moved',
			source: { component: 'spillway.dev/spillway' },
			reportingComponent: 'spillway.dev/spillway',
			reportingInstance: '',
			firstTimestamp: '2026-11-21T09:00:00.000Z',
			lastTimestamp: '2026-11-21T09:00:00.000Z',
			count: 1,
		},
	);
});

for (const subject of ['a'.repeat(253), `${'a'.repeat(220)}${'-.'.repeat(16)}b`]) {
	test(`an Event about a long name has a legal one itself: …${subject.slice(-4)}`, (t) => {
		const { metadata } = writeEventManifest(anEvent(subject), now, () => 0.999) as {
			metadata: { name: string };
		};
		t.true(metadata.name.length <= 253);
		t.regex(metadata.name, /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);
	});
}

test('two Events of one instant have different names', (t) => {
	const chances = [0.1, 0.2];
	const name = () =>
		(writeEventManifest(anEvent('x'), now, () => chances.shift() ?? 0) as { metadata: { name: string } })
			.metadata.name;
	t.not(name(), name());
});

test('a long note is cut', (t) => {
	const { message } = writeEventManifest(anEvent('x', 'y'.repeat(5_000)), now, () => 0) as {
		message: string;
	};
	t.is(message.length, 1_024);
});
