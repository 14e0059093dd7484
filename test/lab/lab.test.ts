// Everything that rests on what a Kubernetes API server answers, asked of a real one.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import test, { type ExecutionContext } from 'ava';
import { parse } from 'yaml';
import { workshop } from '../../src/cli/demo/workshop.ts';
import { loadConnection } from '../../src/kubernetes/kubeconfig.ts';
import { renderReason } from '../../src/model/reason.ts';
import { clusterContract } from '../contract/cluster.ts';
import { faultContract } from '../contract/faults.ts';
import { openConnection } from '../support/api-access.ts';
import { canPlay, patience, runConformanceCase } from '../support/conformance.ts';
import { conformanceCases } from '../support/conformance-corpus.ts';
import { buildParts } from './build.ts';
import { compactEtcd } from './etcd-compaction.ts';
import { type AttachedLab, attachLab } from './held-lab.ts';
import { apiParts } from './parts.ts';
import { connectRealCluster, type RealServer } from './real-cluster.ts';
import { startRealWorkshop } from './real-workshop.ts';
import { chooseServer } from './server-choice.ts';

const choice = await chooseServer(process.env);
const prefix = randomBytes(3).toString('hex');
let lab: AttachedLab | undefined;

switch (choice.kind) {
	case 'none':
		test('the lab is left out', (t) => {
			t.log(`The tests on a real API server are left out: ${choice.why}`);
			t.is(process.env['SPILLWAY_LAB'], undefined, 'a lab that was asked for was not left out');
		});
		break;
	case 'cluster':
		describeServer(() => openServer(choice.kubeconfig), undefined);
		break;
	case 'parts':
	case 'build':
		test.before('real: the lab starts', async (t) => {
			t.timeout(30 * 60_000);
			const parts = choice.kind === 'parts' ? choice.parts : await buildParts(apiParts, t.log);
			lab = await attachLab({ names: ['east', 'west'], parts, forgetful: true });
		});
		test.after.always('real: the lab ends', () => lab?.stop());
		describeServer(
			() => openServer(findCluster('east').kubeconfig),
			async () => {
				const { forgetful = '', etcd } = findCluster('east');
				return { ...(await openServer(forgetful)), compact: () => compactEtcd(etcd) };
			},
		);
		describeWorkshop();
}

type OpenServer = () => Promise<RealServer>;

function findCluster(name: string): AttachedLab['clusters'][number] {
	const cluster = lab?.clusters.find((each) => each.name === name);
	if (cluster === undefined) throw new Error(`no cluster ${name}`);
	return cluster;
}

async function openServer(kubeconfig: string): Promise<RealServer> {
	const context = parse(await readFile(kubeconfig, 'utf8'))['current-context'];
	return { connection: await loadConnection({ kubeconfig, context, allowInsecure: false }), prefix };
}

/** `openForgetful` opens one whose history can be made to be forgotten, where there is one. */
function describeServer(open: OpenServer, openForgetful: OpenServer | undefined): void {
	for (const each of conformanceCases) {
		const plays = canPlay({ controls: patience }, each);
		const choose = plays ? open : openForgetful;
		if (choose === undefined) continue;
		test(`real: ${each.id}: ${each.title}`, async (t) => {
			t.timeout(60_000);
			const { connection, compact } = await choose();
			const access = openConnection(connection);
			t.teardown(access.close);
			const controls = { ...patience, ...(compact === undefined ? {} : { compact }) };
			const server = { access, controls, prefix: `conformance-${prefix}` };
			await t.notThrowsAsync(runConformanceCase(server, each));
		});
	}
	const makeBy = (opens: OpenServer) => async (t: ExecutionContext) => connectRealCluster(t, await opens());
	const makeForgetful = openForgetful && makeBy(openForgetful);
	clusterContract('real', makeBy(open), { makeForgetful, makeServing: undefined });
	faultContract('real', open);
}

function describeWorkshop(): void {
	test('real: an emptied slice moves the weights to west, a filled one back', async (t) => {
		t.timeout(90_000);
		const stage = await startRealWorkshop(t, { east: findCluster('east'), west: findCluster('west') });
		const well = renderReason({ code: 'InPlace', weights: workshop.baseline });
		await stage.spillway.lines.find(0, ({ reasons }) => reasons.includes(well), AbortSignal.timeout(30_000));
		await stage.untilWeights(1, 0);
		await stage.setEndpoints(0);
		await stage.untilWeights(0, 1);
		await stage.untilEvent('Failover');
		await stage.setEndpoints(1);
		await stage.untilWeights(1, 0);
		await t.notThrowsAsync(stage.untilEvent('Failback'));
	});
}
