// What Spillway writes to a real API server by policies from Git, for each kind of target.
import test, { type ExecutionContext } from 'ava';
import type { KubernetesObject } from '../../src/model/ports/cluster.ts';
import { aSplit, type NewObject } from '../support/kubernetes-objects.ts';
import { applyObject } from './apply-object.ts';
import { collectionPath } from './collection-path.ts';
import { createObject } from './create-object.ts';
import type { ObjectHistory } from './object-history.ts';
import { type FindCluster, onLab } from './on-lab.ts';
import { apiParts } from './parts.ts';
import { formatLines } from './run-process.ts';
import { formatSplit } from './split-weights.ts';
import { setTargetsStage, type TargetsStage } from './targets-stage.ts';

await onLab({ names: ['east'], parts: apiParts }, (find: FindCluster) => {
	test('real: targets of every kind', async (t) => {
		t.timeout(150_000);
		const stage = await setTargetsStage(t, find('east'));
	});
});
