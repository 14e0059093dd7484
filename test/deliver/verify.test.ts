import test from 'ava';
import { verifyLive } from '../../src/deliver/verify.ts';
import { ProblemError, problem } from '../../src/model/problem.ts';
import { emojiTarget } from '../support/changes.ts';
import { startSplitCluster } from '../support/split-cluster.ts';

const { signal } = new AbortController();

test('the target is read as it is live, version and all', async (t) => {
	const { cluster, store, key, setWeight } = startSplitCluster();
	setWeight(100);
	const seen = await verifyLive(() => Promise.resolve(cluster))(emojiTarget, signal);
	const { metadata, spec } = store.get(key);
	t.like(seen, { kind: 'read', object: { metadata, spec } });
});

test('F-041 a target that is gone is unknown, and says so', async (t) => {
	const { cluster, store, key } = startSplitCluster();
	store.delete(key);
	const seen = await verifyLive(() => Promise.resolve(cluster))(emojiTarget, signal);
	t.like(seen, { kind: 'unknown', problem: { code: 'E_TARGET_MISSING' } });
});

test('what cannot be read, or found at all, is unknown', async (t) => {
	const { cluster } = startSplitCluster();
	cluster.faults.inject({ kind: 'unreachable' });
	const seen = await verifyLive(() => Promise.resolve(cluster))(emojiTarget, signal);
	t.like(seen, { kind: 'unknown', problem: { code: 'E_CLUSTER_UNREACHABLE' } });
	const noWay = problem('E_KUBECONFIG', {
		where: { kind: 'named', name: 'kubeconfig' },
		message: 'no context',
	});
	const lost = await verifyLive(() => Promise.reject(new ProblemError(noWay)))(emojiTarget, signal);
	t.deepEqual(lost, { kind: 'unknown', problem: noWay });
});

test('a fault of our own is thrown', async (t) => {
	const verify = verifyLive(() => Promise.reject(new TypeError('our own')));
	await t.throwsAsync(verify(emojiTarget, signal), { instanceOf: TypeError });
});
