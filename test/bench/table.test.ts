import test from 'ava';
import { composeNamespaces, composeObjects, composePolicies, countSplits, type Dataset } from './dataset.ts';
import { atLeast, atMost, formatRows, isMet, type Row } from './row.ts';
import { percentile } from './statistics.ts';

test('a percentile is a value that was measured', (t) => {
	t.is(percentile([3, 1, 2], 0.5), 2);
	t.is(percentile([1, 2, 3, 4], 0.99), 4);
	t.is(percentile([7], 0.5), 7);
	t.true(Number.isNaN(percentile([], 0.5)));
});

const rows: readonly Row[] = [
	{ part: 'One split at a time', what: 'event in → patch out, p50', value: 0.5, unit: 'ms', ...atMost(1) },
	{ part: 'One split at a time', what: 'flips', value: 100, unit: '' },
	{
		part: '1,000 splits at once',
		what: 'share of that ceiling reached',
		value: 53.1,
		unit: '%',
		...atLeast(90),
	},
];

test('a row says whether its target was met', (t) => {
	t.deepEqual(rows.map(isMet), [true, undefined, false]);
});

test('the table fits 80 columns and names each part once', (t) => {
	const lines = formatRows(rows).split('\n');
	t.true(lines.every((line) => line.length <= 80));
	t.deepEqual(
		lines.filter((line) => line !== '' && !line.startsWith(' ')),
		['One split at a time', '1,000 splits at once'],
	);
	t.regex(lines[1] ?? '', /event in → patch out, p50 +0\.50 ms +≤ 1 ms met$/);
	t.regex(lines.at(-1) ?? '', /53\.10 % +≥ 90 % MISSED$/);
});

for (const primaries of ['own', 'shared'] as const) {
	test(`a dataset with ${primaries} primaries has what its policies name`, (t) => {
		const dataset: Dataset = { name: 'd', namespaces: 2, splits: 3, primaries, endpoints: 4 };
		const objects = [...composeNamespaces(dataset), ...composeObjects(dataset)];
		const named = new Set(
			objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`),
		);
		t.is(named.size, objects.length);
		const policies = composePolicies(dataset);
		t.is(policies.length, countSplits(dataset));
		for (const { target, backends } of policies) {
			t.true(named.has(`TrafficSplit ${target.namespace}/${target.name}`));
			for (const { service } of backends) t.true(named.has(`Service ${target.namespace}/${service}`));
		}
	});
}
