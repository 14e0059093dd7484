// Spillway in place of linkerd-failover, on real clusters: the manifests that people know, without Git.
import test from 'ava';
import { createLifetime } from '../../src/cli/demo/lifetime.ts';
import { type Reason, renderReason } from '../../src/model/reason.ts';
import { createGateway } from '../../src/simulator/world/gateway.ts';
import { aNamespace, aSplit } from '../support/kubernetes-objects.ts';
import { declareAdaptor } from './declare-adaptor.ts';
import { type FindCluster, onLab } from './on-lab.ts';
import { workloadParts } from './parts.ts';
import { runScheduler } from './scheduler.ts';
import { runServiceMirror } from './service-mirror.ts';
import {
	create,
	deploy,
	openSite,
	readExample,
	type Site,
	scale,
	showRun,
	transitions,
	untilReady,
	untilWeights,
} from './site.ts';

await onLab({ names: ['east', 'west'], parts: workloadParts, controllers: true }, declare);

function declare(find: FindCluster): void {
	const lifetime = createLifetime(new AbortController().signal);
	const sites = new Map<string, Site>();
	const at = (name: string): Site => {
		const site = sites.get(name);
		if (site === undefined) throw new Error(`no ${name}`);
		return site;
	};
	test.serial.before('real: Spillway starts in both clusters, which are linked', async (t) => {
		t.timeout(60_000);
		for (const name of ['east', 'west']) {
			const site = await openSite(find(name), lifetime);
			sites.set(name, site);
			lifetime.attend(runScheduler(site.cluster, lifetime.signal));
			await create(site, aNamespace('emojivoto'));
			await site.start();
		}
		const [east, west] = [at('east').cluster, at('west').cluster];
		const [near, far] = [createGateway('172.18.0.10'), createGateway('172.18.0.20')];
		lifetime.attend(runServiceMirror({ local: east, remote: west, gateway: far }, lifetime.signal));
		lifetime.attend(runServiceMirror({ local: west, remote: east, gateway: near }, lifetime.signal));
	});
	test.serial.after.always('real: Spillway ends', () => lifetime.end());
	declareMatrix(at);
	declareLinked(at);
	declareManifests(at);
	declareOddities(at);
	declareAdaptor(() => at('east'), find);
}

const exported = { 'mirror.linkerd.io/exported': 'true' };

function declareMatrix(at: (name: string) => Site): void {
	test.serial(
		'real: linkerd-failover’s own integration test gives its weights, none ready keeps the last ones, and a restart writes nothing',
		async (t) => {
			t.timeout(120_000);
			const east = at('east');
			showRun(t, east);
			const namespace = 'default';
			const [w, c, e] = ['west', 'central', 'east'].map((name) => ({
				namespace,
				service: `podinfo-${name}`,
			}));
			if (!(w && c && e)) throw new Error('three backends');
			for (const workload of [w, c, e]) await deploy(east, workload);
			await untilReady(east, namespace, w.service, c.service, e.service);
			await create(east, ...(await readExample('podinfo')));
			const split = { namespace, name: 'podinfo' };
			const policy = 'default/podinfo';
			const says = (reason: Reason) =>
				east.run().until((line) => line.policy === policy && !!line.reasons?.includes(renderReason(reason)));
			const inPlace: Reason = {
				code: 'InPlace',
				weights: new Map(Object.entries({ [w.service]: 1, [c.service]: 0, [e.service]: 0 })),
			};
			await says(inPlace);
			await scale(east, w, 0);
			await untilWeights(east, split, '0/1/1');
			await scale(east, c, 0);
			await untilWeights(east, split, '0/0/1');
			await scale(east, w, 1);
			await untilWeights(east, split, '1/0/0');
			await scale(east, w, 0);
			await untilWeights(east, split, '0/0/1');
			await scale(east, e, 0);
			await says({ code: 'NothingEligible' });
			await scale(east, w, 1);
			await untilWeights(east, split, '1/0/0');
			t.deepEqual(transitions(east, namespace, split.name), [
				'1/0/0',
				'0/1/1',
				'0/0/1',
				'1/0/0',
				'0/0/1',
				'1/0/0',
			]);

			for (const workload of [c, e]) await scale(east, workload, 1);
			await untilReady(east, namespace, c.service, e.service);
			t.deepEqual(await east.run().kill('SIGTERM'), { status: 0, signal: null });
			const before = east.splits.changes.length;
			await east.start();
			await says(inPlace);
			const mark = aSplit({ metadata: { namespace, name: 'mark' } });
			await create(east, mark);
			await east.splits.until(() => east.splits.of('mark').length > 0);
			t.is(east.splits.changes.length, before + 1, 'of all splits only the mark has changed');
		},
	);
}

function declareLinked(at: (name: string) => Site): void {
	test('real: the workshop fails over to the other cluster, and back', async (t) => {
		const [east, west] = [at('east'), at('west')];
		showRun(t, east);
		const emoji = { namespace: 'emojivoto', service: 'emoji-svc', deployment: 'emoji', labels: exported };
		for (const site of [east, west]) await deploy(site, emoji);
		await untilReady(east, 'emojivoto', 'emoji-svc', 'emoji-svc-west');
		await create(east, ...(await readExample('workshop')));
		const split = { namespace: 'emojivoto', name: 'emoji-svc' };
		await scale(east, emoji, 0);
		await untilWeights(east, split, '0/1');
		await scale(east, emoji, 1);
		await untilWeights(east, split, '1/0');
		t.deepEqual(transitions(east, 'emojivoto', 'emoji-svc'), ['1/0', '0/1', '1/0']);
	});

	test('real: the page of Linkerd’s documentation holds: web fails over from west to east, and back', async (t) => {
		const [east, west] = [at('east'), at('west')];
		showRun(t, west);
		const web = { namespace: 'emojivoto', service: 'web-svc', deployment: 'web', labels: exported };
		for (const site of [east, west]) await deploy(site, web);
		await untilReady(west, 'emojivoto', 'web-svc', 'web-svc-east');
		await create(west, ...(await readExample('docs')));
		const split = { namespace: 'emojivoto', name: 'web-svc-failover' };
		await scale(west, web, 0);
		await untilWeights(west, split, '0/1');
		await scale(west, web, 1);
		await untilWeights(west, split, '1/0');
		t.deepEqual(transitions(west, split.namespace, split.name), ['1/0', '0/1', '1/0']);
	});
}

function declareManifests(at: (name: string) => Site): void {
	test('real: the slides’ split sends traffic to all ready others, of both clusters', async (t) => {
		const [east, west] = [at('east'), at('west')];
		showRun(t, west);
		const inDefault = (service: string, labels = {}) => ({ namespace: 'default', service, labels });
		for (const service of ['b', 'c'])
			await deploy(east, inDefault(service, exported), service === 'b' ? 1 : 0);
		for (const service of ['a', 'b']) await deploy(west, inDefault(service));
		await deploy(west, inDefault('c'), 0);
		await untilReady(west, 'default', 'a', 'b', 'b-east');
		await create(west, ...(await readExample('slides')));
		const split = { namespace: 'default', name: 'sample-svc' };
		await scale(west, inDefault('a'), 0);
		await untilWeights(west, split, '0/1/0/1/0');
		await scale(west, inDefault('c'), 1);
		await untilWeights(west, split, '0/1/1/1/0');
		await scale(west, inDefault('a'), 1);
		await untilWeights(west, split, '1/0/0/0/0');
		t.pass();
	});

	test('real: the blog’s split, with the label of early versions, fails over', async (t) => {
		const east = at('east');
		showRun(t, east);
		const namespace = 'sample';
		await create(east, aNamespace(namespace));
		const primary = { namespace, service: 'sample-svc' };
		for (const service of ['sample-svc', 'sample-svc-remote']) await deploy(east, { namespace, service });
		await untilReady(east, namespace, 'sample-svc', 'sample-svc-remote');
		await create(east, ...(await readExample('blog')));
		await scale(east, primary, 0);
		await untilWeights(east, { namespace, name: 'sample-svc' }, '0/1');
		t.pass();
	});
}

function declareOddities(at: (name: string) => Site): void {
	test('real: odd splits are read as far as they make sense, and one that makes none is told and holds up no other', async (t) => {
		const east = at('east');
		showRun(t, east);
		const namespace = 'odd';
		await create(east, aNamespace(namespace));
		const web = { namespace, service: 'web' };
		for (const service of ['web', 'spare']) await deploy(east, { namespace, service });
		await untilReady(east, namespace, 'web', 'spare');
		const labels = { 'failover.linkerd.io/controlled-by': 'spillway' };
		const split = (name: string, version: string, weight: number | string) =>
			aSplit({
				version,
				metadata: { name, namespace, labels },
				service: name,
				backends: { web: weight, spare: 0 },
			});
		await create(east, split('none', 'v1alpha1', 'many'), split('half', 'v1alpha2', 0.5));
		await create(east, split('milli', 'v1alpha1', '500m'), split('handed-over', 'v1alpha2', 1));
		await scale(east, web, 0);
		for (const name of ['half', 'milli', 'handed-over']) await untilWeights(east, { namespace, name }, '0/1');
		t.deepEqual(transitions(east, namespace, 'none'), ['many/0']);
		const told = await east.run().until(({ problem }) => !!problem?.includes('odd/none'));
		t.is(told.code, 'E_TARGET_INVALID');

		const { events } = east;
		const isMove = (name: string) =>
			events.changes.some(({ object }) => {
				const { reason, involvedObject } = object as unknown as {
					readonly reason: string;
					readonly involvedObject: { readonly name: string; readonly uid: string };
				};
				const uid = east.splits.of(name)[0]?.object.metadata.uid;
				return reason === 'Failover' && involvedObject.name === name && involvedObject.uid === uid;
			});
		await events.until(() => ['half', 'milli', 'handed-over'].every(isMove));
		t.false(isMove('none'));
	});
}
