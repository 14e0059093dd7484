import test from 'ava';
import { verifyLive } from '../../src/deliver/verify.ts';
import { ProblemError, problem } from '../../src/model/problem.ts';
import { emojiTarget } from '../support/changes.ts';
import { weights } from '../support/policies.ts';
import { startSplitCluster } from '../support/split-cluster.ts';

const { signal } = new AbortController();
const home = weights({ 'emoji-svc': 1, 'emoji-svc-west': 0 });

test('a target converged when its live weights are in the ratio asked for', async (t) => {
	const { cluster, setWeight } = startSplitCluster();
	const verify = verifyLive(() => Promise.resolve(cluster));
	const seen = await verify(emojiTarget, home, signal);
	t.is(seen.kind, 'converged');
	t.is(seen.kind === 'converged' ? seen.object.metadata.name : '', 'emoji-svc');
	setWeight(100);
	t.is((await verify(emojiTarget, home, signal)).kind, 'converged');
});

test('a target differs when any named weight does, and backends nobody named do not count', async (t) => {
	const { cluster, store, key } = startSplitCluster();
	const verify = verifyLive(() => Promise.resolve(cluster));
	t.is((await verify(emojiTarget, weights({ 'emoji-svc': 0, 'emoji-svc-west': 1 }), signal)).kind, 'differs');
	t.is((await verify(emojiTarget, weights({ 'emoji-svc': 1, gone: 1 }), signal)).kind, 'differs');
	const backends = [
		{ service: 'emoji-svc', weight: 1 },
		{ service: 'emoji-svc-west', weight: 0 },
		{ service: 'other', weight: 9 },
	];
	store.patch(key, 'application/merge-patch+json', { spec: { backends } });
	t.is((await verify(emojiTarget, home, signal)).kind, 'converged');
});

test('a live object that cannot carry weights differs', async (t) => {
	const { cluster } = startSplitCluster();
	const read = () =>
		Promise.resolve({
			metadata: { name: 'emoji-svc', uid: 'u', resourceVersion: '1' },
			spec: { backends: [] },
		});
	const verify = verifyLive(() => Promise.resolve({ ...cluster, read }));
	t.is((await verify(emojiTarget, home, signal)).kind, 'differs');
});

test('F-041 a target that is gone is unknown, and says so', async (t) => {
	const { cluster, store, key } = startSplitCluster();
	store.delete(key);
	const seen = await verifyLive(() => Promise.resolve(cluster))(emojiTarget, home, signal);
	t.like(seen, { kind: 'unknown', problem: { code: 'E_TARGET_MISSING' } });
});

test('what cannot be read, or found at all, is unknown and not different', async (t) => {
	const { cluster } = startSplitCluster();
	cluster.faults.inject({ kind: 'unreachable' });
	const seen = await verifyLive(() => Promise.resolve(cluster))(emojiTarget, home, signal);
	t.like(seen, { kind: 'unknown', problem: { code: 'E_CLUSTER_UNREACHABLE' } });
	const noWay = problem('E_KUBECONFIG', {
		where: { kind: 'named', name: 'kubeconfig' },
		message: 'no context',
	});
	const lost = await verifyLive(() => Promise.reject(new ProblemError(noWay)))(emojiTarget, home, signal);
	t.deepEqual(lost, { kind: 'unknown', problem: noWay });
});

test('a fault of our own is thrown', async (t) => {
	const verify = verifyLive(() => Promise.reject(new TypeError('our own')));
	await t.throwsAsync(verify(emojiTarget, home, signal), { instanceOf: TypeError });
});
