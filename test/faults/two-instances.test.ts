import test from 'ava';
import {
	aNamespace,
	anEndpointSlice,
	aService,
	aSplit,
	createObjects,
} from '../support/kubernetes-objects.ts';
import { aBackend, aPolicy } from '../support/policies.ts';
import { startReconciling } from '../support/reconciling.ts';

test('F-069 two instances that want different weights on one split do not fight: after three rounds one rests, and says so', async (t) => {
	const one = startReconciling(t);
	const other = startReconciling(t, { beside: one });
	const { clock, store } = one;
	const west = aService({ metadata: { name: 'emoji-svc-west' } });
	createObjects(store, aNamespace(), aService(), west, anEndpointSlice(), aSplit());
	createObjects(store, anEndpointSlice({ service: 'emoji-svc-west' }));
	const primaries = (first: string, second: string) =>
		aPolicy({ backends: [aBackend(first), aBackend(second, { tier: 1 })] });
	one.apply(primaries('emoji-svc', 'emoji-svc-west'));
	other.apply(primaries('emoji-svc-west', 'emoji-svc'));
	await clock.advance(60_000);
	const early = one.patched.length + other.patched.length;
	t.true(early <= 8, `${early} patches`);
	await clock.advance(3_600_000);
	// One try each, after each rest of five minutes.
	const later = one.patched.length + other.patched.length - early;
	t.true(later <= 2 * (3_600 / 300 + 1), `${later} patches in an hour`);
	// The other one finds its weights in place again, and has nothing to complain of.
	const complaints = [one, other].map(
		({ notices }) => notices.filter(({ kind }) => kind === 'warned').length > 0,
	);
	t.true(complaints.includes(true));
	const { backends } = store.get({
		group: 'split.smi-spec.io',
		plural: 'trafficsplits',
		namespace: 'emojivoto',
		name: 'emoji-svc',
	})['spec'] as { readonly backends: readonly { readonly weight: number }[] };
	t.is(backends.filter(({ weight }) => weight > 0).length, 1);
});
