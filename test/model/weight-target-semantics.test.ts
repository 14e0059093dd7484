// The published table of what weights mean to those who read them, as far as it concerns what is written.
import { readFileSync } from 'node:fs';
import test from 'ava';
import { parse } from 'yaml';
import { apportion, shareOf, undeliverable } from '../../src/model/weights.ts';

interface Table {
	readonly name: string;
	readonly tolerance?: { readonly pp: number };
	readonly rows: readonly unknown[];
}

const file = new URL('../cases/weight-target-semantics.yaml', import.meta.url);
const { tables } = parse(readFileSync(file, 'utf8')) as { readonly tables: readonly Table[] };

function tableOf(name: string): Table {
	const table = tables.find((each) => each.name === name);
	if (table === undefined || table.rows.length === 0) throw new Error(`no rows in ${name}`);
	return table;
}

function toMap(values: readonly number[]): ReadonlyMap<string, number> {
	return new Map(values.map((value, index) => [`b${index}`, value]));
}

const { rows: shares, tolerance } = tableOf('shares');
for (const [id, weights, expected] of shares as readonly (readonly [string, number[], number[]])[]) {
	test(`${id} ${weights.join('/')} sends ${expected.join('/')} percent`, (t) => {
		const read = toMap(weights);
		for (const [index, share] of expected.entries()) {
			t.true(Math.abs(shareOf(read, `b${index}`) * 100 - share) <= (tolerance?.pp ?? 0));
		}
	});
}

type Rounded = readonly [id: string, wanted: number[], total: number, expected: number[]];
for (const [id, wanted, total, expected] of tableOf('normalise-largest-remainder')
	.rows as readonly Rounded[]) {
	test(`${id} ${wanted.join('/')} of ${total} is ${expected.join('/')}`, (t) => {
		t.deepEqual([...apportion(toMap(wanted), total).values()], expected);
	});
}

for (const [id, implementation, effect] of tableOf('all-zero-by-implementation')
	.rows as readonly string[][]) {
	test(`${id} all weights 0 is never written: ${implementation} would have ${effect}`, (t) => {
		t.regex(undeliverable(toMap([0, 0])) ?? '', /send traffic nowhere/);
	});
}
