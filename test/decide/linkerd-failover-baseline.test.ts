// linkerd-failover's own decisions, played twice: as the labels ask for it, and as people would write the policy.
import { readFileSync } from 'node:fs';
import test from 'ava';
import { parse } from 'yaml';
import { decide } from '../../src/decide/decide.ts';
import { emptyMemory } from '../../src/model/decision.ts';
import type { FailoverPolicy } from '../../src/model/policy.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { labelledPolicy } from '../../src/observe/labelled-policies.ts';
import { readSplitFacts } from '../../src/policy/split-facts.ts';
import { aSplit as aSplitManifest } from '../support/kubernetes-objects.ts';
import { codes, play, start } from '../support/play-decisions.ts';
import { aBackend, aPolicy, aSnapshot, type Seen } from '../support/policies.ts';

interface Row {
	readonly id: string;
	readonly readiness: readonly ('ready' | 'notReady' | 'missing')[];
	readonly live: readonly number[];
	readonly peer: readonly number[];
	readonly peerWrites: boolean;
	readonly ours: string;
}

const file = new URL('../cases/linkerd-failover-baseline.yaml', import.meta.url);
const rows: readonly Row[] = parse(readFileSync(file, 'utf8')).tables[0].rows.map(
	([id, , readiness, live, peer, peerWrites, ours]: [
		string,
		string,
		Row['readiness'],
		Row['live'],
		Row['peer'],
		boolean,
		string,
	]) => ({ id, readiness, live, peer, peerWrites, ours }),
);

/** Where the labels do not give linkerd-failover's weights, and why. */
const differences: Readonly<Record<string, string>> = {
	'LFB-06': 'nothing is ready: all zeros would send traffic nowhere, so the last weights stay',
	'LFB-07': 'a backend that cannot be seen is unknown, not down, and all zeros are never written',
	'LFB-08': 'a restart waits until everything was listed once',
};

/** LFB-07 is about a backend spelled out with its namespace. */
function namesOf({ id }: Row): readonly string[] {
	return id === 'LFB-07' ? ['p', 's1.other.svc.cluster.local'] : ['p', 's1', 's2'];
}

const seen: Readonly<Record<Row['readiness'][number], Seen>> = { ready: 1, notReady: 0, missing: 'unknown' };

function zip<T>(names: readonly string[], values: readonly T[]): Readonly<Record<string, T>> {
	return Object.fromEntries(values.map((value, index) => [names[index] ?? '', value]));
}

function snapshotOf(row: Row): Snapshot {
	const names = namesOf(row);
	const snapshot = aSnapshot(
		zip(names, row.live),
		zip(
			names,
			row.readiness.map((each) => seen[each]),
		),
	);
	return row.id === 'LFB-08' ? { ...snapshot, waitingFor: ['slices of east/emojivoto'] } : snapshot;
}

function labelled(row: Row) {
	const manifest = aSplitManifest({ service: 'p', backends: zip(namesOf(row), row.live) });
	return labelledPolicy(readSplitFacts(manifest), 'east');
}

function decideRow(policy: FailoverPolicy | undefined, row: Row): ReturnType<typeof decide> {
	if (policy === undefined) throw new Error('no policy');
	return play(policy, [[0, snapshotOf(row)]]);
}

test('the table is whole', (t) => {
	t.deepEqual(
		rows.map(({ id }) => id),
		['01', '02', '03', '04', '05', '06', '07', '08', '09', '10'].map((number) => `LFB-${number}`),
	);
});

for (const row of rows) {
	const difference = differences[row.id];
	const expected = difference ?? (row.peerWrites ? 'the same weights at once' : 'the same: no write');
	test(`${row.id} by its labels: ${expected}`, (t) => {
		const { decision } = decideRow(labelled(row).policy, row);
		const written = decision.kind === 'shift' ? [...decision.to.values()] : 'nothing';
		t.deepEqual(written, row.peerWrites && difference === undefined ? row.peer : 'nothing');
	});
}

test('LFB-07 the odd name is told, and how to mend it', (t) => {
	const row = rows.find(({ id }) => id === 'LFB-07') as Row;
	const [found, ...more] = labelled(row).problems;
	t.deepEqual(more, []);
	t.like(found, { code: 'E_CROSS_NAMESPACE', got: '"s1.other.svc.cluster.local"' });
	t.regex(found?.remedy ?? '', /Service of the same namespace/);
});

test('LFB-08 the reason is that not everything was listed', (t) => {
	const row = rows.find(({ id }) => id === 'LFB-08') as Row;
	t.deepEqual(codes(decideRow(labelled(row).policy, row).decision), ['NotSynced']);
});

const twoMinutes = { mode: 'Auto', after: 120_000, via: 'Direct' } as const;

/** The policy a person would write for a row. */
function written(row: Row): FailoverPolicy {
	const [p = '', s1 = '', s2 = ''] = namesOf(row);
	const backends: Readonly<Record<string, FailoverPolicy['backends']>> = {
		'LFB-07': [aBackend(p), aBackend(s1, { tier: 1 })],
		'LFB-09': [aBackend(p, { weight: 70 }), aBackend(s1, { weight: 30 }), aBackend(s2, { tier: 1 })],
		'LFB-10': [aBackend(p), aBackend(s1, { tier: 1 }), aBackend(s2, { tier: 2 })],
	};
	const usual = [aBackend(p), aBackend(s1, { tier: 1 }), aBackend(s2, { tier: 1 })];
	return aPolicy({ backends: backends[row.id] ?? usual, failback: twoMinutes });
}

/** What the column `ours` means: the weights at once, and two minutes later. */
const meaning: Readonly<Record<string, (row: Row) => readonly [unknown, unknown]>> = {
	same: ({ peer, peerWrites }) => (peerWrites ? [peer, peer] : ['hold', 'hold']),
	delayed: ({ peer }) => ['hold', peer],
	'hold [1,0,0]': () => ['hold', 'hold'],
	'hold [0,1]': () => ['hold', 'hold'],
	'hold, wait for sync': () => ['hold', 'hold'],
	'configured weights': () => ['hold', 'hold'],
	'tier 1 only': () => [
		[0, 1, 0],
		[0, 1, 0],
	],
};

for (const row of rows) {
	test(`${row.id} as a written policy: ${row.ours}`, (t) => {
		const policy = written(row);
		const first = decide(policy, snapshotOf(row), emptyMemory, start);
		const second = decide(policy, snapshotOf(row), first.memory, start + 120_000);
		t.deepEqual(
			[first, second].map(({ decision }) =>
				decision.kind === 'shift' ? [...decision.to.values()] : decision.kind,
			),
			[...(meaning[row.ours]?.(row) ?? ['an unknown column'])],
		);
	});
}
