// The signals of Linkerd's multicluster, row by row; the rows were derived from Linkerd's sources.
import { readFileSync } from 'node:fs';
import test from 'ava';
import { parse } from 'yaml';
import { judgeBackend } from '../../src/decide/judge.ts';
import type { Verdict } from '../../src/model/health.ts';
import type { World } from '../../src/observe/world.ts';
import { createObjectStore } from '../../src/simulator/kubernetes/memory-object-store.ts';
import { createVirtualClock } from '../../src/simulator/virtual-clock.ts';
import { createGateway } from '../../src/simulator/world/gateway.ts';
import { runServiceMirror } from '../../src/simulator/world/service-mirror.ts';
import { countReady } from '../support/endpoint-slices.ts';
import { aNamespace, anEndpointSlice, aService, createObjects } from '../support/kubernetes-objects.ts';
import { aBackend, aPolicy } from '../support/policies.ts';
import {
	leaseItem,
	lookAt,
	mirrorItem,
	serviceItem,
	sliceOf,
	splitItem,
	tellWorld,
} from '../support/worlds.ts';

type Row = readonly unknown[];

interface Suite {
	readonly tables: readonly {
		readonly name: string;
		readonly columns: readonly string[];
		readonly rows: readonly Row[];
		readonly given?: { readonly staleAfter: number };
	}[];
}

const file = new URL('../cases/linkerd-multicluster-signals.yaml', import.meta.url);
const { tables }: Suite = parse(readFileSync(file, 'utf8'));

function rowsOf(name: string): readonly Readonly<Record<string, unknown>>[] {
	const table = tables.find((each) => each.name === name);
	if (table === undefined) throw new RangeError(`no table ${name}`);
	const rows = table.rows.map((row) =>
		Object.fromEntries(table.columns.map((column, at) => [column, row[at]])),
	);
	if (rows.length === 0) throw new RangeError(`table ${name} is empty`);
	return rows;
}

/** Where Spillway says something else, and why. */
const differences: ReadonlyMap<unknown, Verdict> = new Map([
	// Linkerd before 2.15 keeps no Lease: where none was ever seen, the mirror's own word counts.
	['LFR-05', 'Healthy'],
]);

const now = 1_000_000;
const staleAfter = (tables.find(({ name }) => name === 'freshness')?.given?.staleAfter ?? 0) * 1000;
const policy = aPolicy({
	backends: [aBackend('emoji-svc-west')],
	health: { minReady: 1, staleAfter },
});

interface Seen {
	readonly mode: unknown;
	/** Ready and unready addresses of the mirror's slice; `null`: there is no slice. */
	readonly addresses: { readonly ready: number; readonly all: number } | null;
	/** Absent: there is no Lease. */
	readonly leaseAge?: number;
}

/** The verdict on the mirror of west's emoji-svc, of which nothing more is known than what stands here. */
function verdictOn({ mode, addresses, leaseAge }: Seen): Verdict {
	const world: World = new Map();
	const tell = tellWorld(world);
	const [gateway, flat] = [mirrorItem('emoji-svc-west', 'gateway'), mirrorItem('emoji-svc-west', 'flat')];
	const kinds = new Map<unknown, typeof gateway>([
		['gateway', gateway],
		['remote-discovery', flat],
		['federated', serviceItem('emoji-svc-west', { selects: false })],
	]);
	const mirror = kinds.get(mode);
	if (mirror === undefined) throw new RangeError(`no mode ${mode}`);
	const hosts = Array.from({ length: addresses?.all ?? 0 }, (_, index) => `172.18.0.${index}`);
	const ready = hosts.slice(0, addresses?.ready);
	const slice = sliceOf('g', 'emoji-svc-west', { ready, unready: hosts.slice(ready.length) });
	tell.splits(now, { kind: 'reset', items: [splitItem({ 'emoji-svc-west': 1 })] });
	tell.profiles(now, { kind: 'reset', items: [] });
	tell.services(now, { kind: 'reset', items: [mirror] });
	tell.slices(now, { kind: 'reset', items: hosts.length === 0 ? [] : [slice] });
	const leases = leaseAge === undefined ? [] : [leaseItem(now - leaseAge)];
	tellWorld(world, 'east', 'linkerd-multicluster').leases(now, { kind: 'reset', items: leases });
	const { samples, waitingFor } = lookAt(world, now, policy, ['east']);
	if (waitingFor.length > 0) throw new RangeError(waitingFor.join());
	const sample = samples.get('emoji-svc-west');
	return judgeBackend(policy, 'emoji-svc-west', { sample, memory: undefined }, now).memory.verdict;
}

/** `Unknown (no lease found)` is Unknown. */
function verdictIn(text: unknown): Verdict {
	const [word] = String(text).split(' ');
	if (word !== 'Healthy' && word !== 'Unhealthy' && word !== 'Unknown')
		throw new RangeError(`no verdict ${text}`);
	return word;
}

for (const { id, mode, gatewayAddresses, readyAddressesSeenLocally: ready, ...row } of rowsOf(
	'mirror-readiness',
)) {
	const expected = verdictIn(row['verdictWithFreshLease']);
	test(`${id} a ${mode} mirror with ${ready} ready addresses is ${expected}`, (t) => {
		// Without a ready pod in the other cluster the mirror has no slice; with a dead gateway it has unready ones.
		const gone = ready === null || row['remoteReadyPods'] === 0;
		const addresses = gone ? null : { ready: Number(ready), all: Number(gatewayAddresses) };
		t.is(verdictOn({ mode, addresses, leaseAge: 2_000 }), expected);
	});
}

for (const { id, leaseAgeSeconds: age, mirrorReady: ready, expectVerdict } of rowsOf('freshness')) {
	const expected = differences.get(id) ?? verdictIn(expectVerdict);
	test(`${id} a mirror with ${ready} ready addresses and a Lease of ${age} s is ${expected}`, (t) => {
		const addresses = { ready: Number(ready), all: 2 };
		const lease = age === null ? {} : { leaseAge: Number(age) * 1000 };
		t.is(verdictOn({ mode: 'gateway', addresses, ...lease }), expected);
	});
}

/** Seconds from the gateway's death, so long after the mirror was started, until its mirror is not ready. */
async function detect(
	probe: { readonly period: number; readonly timeout: number; readonly failureThreshold: number },
	mode: 'refuse' | 'blackhole',
	diesAt: number,
): Promise<number> {
	const clock = createVirtualClock();
	const [local, remote] = [createObjectStore(clock), createObjectStore(clock)];
	const exported = aService({ metadata: { labels: { 'mirror.linkerd.io/exported': 'true' } } });
	createObjects(local, aNamespace());
	createObjects(remote, aNamespace(), exported, anEndpointSlice());
	const gateway = createGateway('172.18.0.20');
	const stop = new AbortController();
	const link = { local, remote, clusterName: 'west', gateway, probe };
	const running = runServiceMirror(link, clock, stop.signal);
	await clock.advance(diesAt);
	gateway.set(false, mode);
	const died = clock.now();
	const tick = 100;
	while (countReady(local, 'emoji-svc-west') !== 0 && clock.now() - died < 200_000) await clock.advance(tick);
	const seen = clock.now();
	gateway.set(true);
	await clock.advance(probe.period + probe.timeout);
	if (countReady(local, 'emoji-svc-west') !== 1) throw new RangeError('one success does not restore it');
	stop.abort();
	await running;
	return (seen - died) / 1000;
}

for (const row of rowsOf('detection-seconds')) {
	const { id, mode, earliest, latest } = row;
	const probe = {
		period: Number(row['period']) * 1000,
		timeout: Number(row['timeout']) * 1000,
		failureThreshold: Number(row['failureThreshold']),
	};
	test(`${id} a gateway that begins to ${mode} is noticed after ${earliest} to ${latest} s`, async (t) => {
		if (mode !== 'refuse' && mode !== 'blackhole') throw new RangeError(`no mode ${mode}`);
		// Right before a probe, right after one, and in between.
		for (const offset of [probe.period - 1, 1, probe.period / 2]) {
			const seconds = await detect(probe, mode, 10 * probe.period + offset);
			t.true(
				seconds >= Number(earliest) && seconds <= Number(latest) + 0.1,
				`${seconds} s, dying at +${offset}`,
			);
		}
	});
}
