// A direct write beside an Argo CD that has not seen yet that it is held off.
import test, { type ExecutionContext } from 'ava';
import { createDelivery } from '../../../src/deliver/deliver.ts';
import { deliverDirect } from '../../../src/deliver/direct.ts';
import { verifyLive } from '../../../src/deliver/verify.ts';
import { liveWeights } from '../../../src/model/live-target.ts';
import { readSplit } from '../../../src/model/traffic-split.ts';
import { createMemoryLedger } from '../../../src/reconcile/memory-ledger.ts';
import { runPass } from '../../../src/reconcile/pass.ts';
import type { PassParts, PassReport } from '../../../src/reconcile/pass-report.ts';
import { anEscalatingPolicy, away, gitDown, home } from '../../support/commit-passes.ts';
import { impossible } from '../../support/impossible-delivery.ts';
import { passServices } from '../../support/pass-services.ts';
import { aSample } from '../../support/policies.ts';
import { applicationKey, startSyncerStage } from '../../support/syncer-stage.ts';

const { signal } = new AbortController();
const policy = anEscalatingPolicy();

/** Passes over a policy whose primary is down, as is Git, on a cluster with a dedicated Application. */
async function startPasses(t: ExecutionContext) {
	const application = { namespace: applicationKey.namespace, name: applicationKey.name };
	const stage = startSyncerStage(t, { kind: 'ArgoCD', application, dedicated: true });
	const { store, clock, cluster, key, syncers } = stage;
	await clock.advance(0);
	const findCluster = () => Promise.resolve(cluster);
	const delivery = createDelivery({
		direct: deliverDirect(findCluster),
		edit: { deliver: () => Promise.resolve({ kind: 'rejected', problem: gitDown, retry: 'soon' }) },
		pulls: impossible,
	});
	const ledger = createMemoryLedger();
	const parts: PassParts = {
		...passServices(delivery, clock),
		ledger,
		syncers,
		verify: verifyLive(findCluster),
	};
	const readLive = () => {
		const facts = readSplit(store.get(key));
		if (facts.kind === 'invalid') throw new Error(facts.message);
		return facts.target;
	};
	const pass = async (after = 0): Promise<PassReport> => {
		await clock.advance(after);
		const target = { kind: 'found', target: readLive() } as const;
		const samples = new Map([
			['emoji-svc', aSample(0)],
			['emoji-svc-west', aSample(1)],
		]);
		const input = { policy, snapshot: { waitingFor: [], target, samples }, manifests: 'clusters/east' };
		return await runPass(parts, { ...input, tip: 'c0' }, signal);
	};
	/** As selfHeal does. */
	const revert = (): void => {
		const operations = Object.values(home).map((value, index) => ({
			op: 'replace',
			path: `/spec/backends/${index}/weight`,
			value,
		}));
		store.patch(key, 'application/json-patch+json', operations);
	};
	return { stage, ledger, pass, revert, live: () => Object.fromEntries(liveWeights(readLive())) };
}

test('F-136 an edit that is undone right after Argo CD was held off is made once more, and stays', async (t) => {
	const { stage, ledger, pass, revert, live } = await startPasses(t);
	await pass();
	t.like((await pass(30_000)).end, { kind: 'converged', escalated: { since: 30_000 } });
	t.deepEqual(live(), away);
	t.deepEqual(stage.patched, ['applications east']);
	revert();
	const { end } = await pass(100);
	t.like(end, { kind: 'converged', escalated: { since: 0 } });
	t.deepEqual(live(), away);
	t.deepEqual(stage.patched, ['applications east'], 'it is held off already');
	t.true(stage.syncers.holdsOff({ policy: policy.key, target: policy.target }));
	const { resourceVersion } = stage.store.get(stage.key).metadata;
	for (let count = 0; count < 10; count += 1) await pass(10_000);
	t.is(stage.store.get(stage.key).metadata.resourceVersion, resourceVersion, 'nothing more is written');
	t.like(ledger.load(policy.key), { settled: { rounds: 1 }, pending: undefined });
});

test('an edit that is undone in the same instant is made once more', async (t) => {
	const { stage, pass, revert, live } = await startPasses(t);
	await pass();
	// The Application's own annotation is the first thing that an escalation writes.
	const { group, plural } = stage.key;
	let undone = 0;
	stage.store.watch({ group, plural }, undefined, ({ type }) => {
		if (type !== 'MODIFIED' || undone > 0) return;
		undone += 1;
		queueMicrotask(revert);
	});
	await pass(30_000);
	await pass(100);
	t.is(undone, 1);
	t.deepEqual(live(), away);
});
