// Processes over one real cluster, of which the leader dies, or is told to go, in the middle of many moves.
import test from 'ava';
import { setStage } from './crash-stage.ts';
import type { ObjectHistory } from './object-history.ts';
import { onLab } from './on-lab.ts';
import { apiParts } from './parts.ts';

const size = 300;
/** How many moves a leader gets through. */
const reach = 100;
const leaseDuration = 3_000;
const retryPeriod = 500;
const flags = ['--lease-duration', '3s', '--renew-deadline', '2s', '--retry-period', '500ms'];
/** What a busy machine may add. */
const slack = 10_000;

await onLab({ names: ['east'], parts: apiParts }, (find) => {
	test('F-055, F-056 a leader that dies, and one that is told to go, amid 300 moves on a real cluster leave each to be made once', async (t) => {
		t.timeout(120_000);
		const stage = await setStage(t, find('east'), { namespace: 'storm', size, flags });
		const { splits, leases } = stage;
		const first = await stage.start();
		await stage.untilLeading(first);
		const second = await stage.start();
		await stage.untilFollowing(second);

		const dying = first.hold(reach);
		await stage.setReady(false);
		await splits.until(() => stage.count('0/1') === reach);
		await dying.some();
		t.deepEqual(await first.run.kill('SIGKILL'), { status: null, signal: 'SIGKILL' });
		await splits.until(() => stage.count('0/1') === size);
		t.deepEqual(stage.histories(), ['1/0 0/1']);
		await leases.until(() => terms(leases).length > 1);
		const [, taken] = terms(leases);
		const waited = Date.parse(taken?.acquireTime ?? '') - Date.parse(terms(leases)[0]?.renewTime ?? '');
		t.true(waited >= leaseDuration, `not before the lease has run out: ${waited} ms`);
		t.true(waited <= leaseDuration + retryPeriod + slack, `${waited} ms`);
		t.log(`taken over ${waited} ms after the last renewal`);

		// What the dead one had sent may arrive at any time, such as now.
		const late = await dying.release();
		t.deepEqual(new Set(late), new Set([409]));
		t.deepEqual(stage.histories(), ['1/0 0/1']);

		const third = await stage.start();
		await stage.untilFollowing(third);
		const leaving = second.hold(reach);
		await stage.setReady(true);
		await splits.until(() => stage.count('1/0') === reach);
		await leaving.some();
		t.deepEqual(await second.run.kill('SIGTERM'), { status: 0, signal: null }, 'without waiting for answers');
		await splits.until(() => stage.count('1/0') === size);
		t.deepEqual(stage.histories(), ['1/0 0/1 1/0']);
		await leases.until(() => terms(leases).length > 3);
		const [, , released, successor] = terms(leases);
		t.like(released, { holderIdentity: '', leaseDurationSeconds: 1 });
		t.like(successor, { leaseDurationSeconds: 3, leaseTransitions: 2 });
		const gap = Date.parse(successor?.acquireTime ?? '') - Date.parse(released?.renewTime ?? '');
		t.true(gap < 2_000, `${gap} ms`);
		t.log(`handed over within ${gap} ms`);
		t.deepEqual(new Set(await leaving.release()), new Set([409]));
		t.deepEqual(stage.histories(), ['1/0 0/1 1/0']);
	});
});

interface Term {
	readonly holderIdentity: string;
	readonly acquireTime: string;
	/** The last one. */
	readonly renewTime: string;
	readonly leaseDurationSeconds: number;
	readonly leaseTransitions: number;
}

/** Who held the Lease, one after the other; nobody after a release. */
function terms({ changes }: ObjectHistory): readonly Term[] {
	const all: Term[] = [];
	for (const { object } of changes) {
		const spec = object['spec'] as Term;
		const goesOn = all.at(-1)?.holderIdentity === spec.holderIdentity;
		all.splice(goesOn ? -1 : all.length, 1, spec);
	}
	return all;
}
