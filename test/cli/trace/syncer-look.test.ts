import test from 'ava';
import { lookAtSyncer } from '../../../src/cli/trace/syncer-look.ts';
import type { ClusterConfig } from '../../../src/model/policy.ts';
import { createMemoryRepository } from '../../../src/simulator/memory-repository.ts';
import { emojiTarget } from '../../support/changes.ts';
import { aNamespace, createObjects } from '../../support/kubernetes-objects.ts';
import { startSplitCluster } from '../../support/split-cluster.ts';
import { anId } from '../../support/traces.ts';

const { signal } = new AbortController();
const question = { target: emojiTarget, commits: [anId('8')] };
const access = { kind: 'context', context: 'east' } as const;
const east: ClusterConfig = { name: 'east', access, manifests: 'clusters/east', syncer: { kind: 'Flux' } };

function startLook(config: ClusterConfig | undefined) {
	const stage = startSplitCluster();
	const repository = createMemoryRepository({ url: 'https://git.example.com/config', files: { a: 'a' } });
	const { clock, cluster } = stage;
	const find = () => Promise.resolve(cluster);
	return {
		...stage,
		look: lookAtSyncer({ repository, clusters: { find }, clock, random: () => 0.5 }, config),
	};
}

test('a cluster without a syncer has nothing to ask', async (t) => {
	t.is(await startLook(undefined).look(question, signal), undefined);
	t.is(await startLook({ name: 'east', access }).look(question, signal), undefined);
});

test('the tool is asked once its objects are seen', async (t) => {
	const { look, store } = startLook(east);
	const revision = `main@sha1:${anId('8')}`;
	createObjects(
		store,
		aNamespace('flux-system'),
		{
			apiVersion: 'source.toolkit.fluxcd.io/v1',
			kind: 'GitRepository',
			metadata: { name: 'config', namespace: 'flux-system' },
			spec: { url: 'https://git.example.com/config', ref: { branch: 'main' }, interval: '1m' },
			status: { artifact: { revision } },
		},
		{
			apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
			kind: 'Kustomization',
			metadata: { name: 'east', namespace: 'flux-system' },
			spec: {
				path: './clusters/east',
				sourceRef: { kind: 'GitRepository', name: 'config' },
				interval: '1m',
				prune: true,
			},
			status: { lastAppliedRevision: revision, lastAttemptedRevision: revision },
		},
	);
	const view = await look(question, signal);
	t.like(view, { name: 'Kustomization flux-system/east' });
});

test('a tool that is not there is no reason to wait', async (t) => {
	const { look } = startLook(east);
	t.is((await look(question, signal))?.blocker?.kind, 'NoSyncer');
});

test('a tool whose objects cannot be seen is given up on after five seconds', async (t) => {
	const { look, cluster, clock } = startLook(east);
	cluster.faults.inject({ kind: 'unreachable' });
	const asked = look(question, signal);
	await clock.advance(4_999);
	let ended = false;
	void asked.then(() => {
		ended = true;
	});
	await clock.advance(0);
	t.false(ended);
	await clock.advance(1);
	t.is((await asked)?.blocker?.kind, 'Unknown');
});
