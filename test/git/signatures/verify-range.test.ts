import test from 'ava';
import fc from 'fast-check';
import { type CommitRange, walkRange } from '../../../src/git/signatures/verify-range.ts';
import type { SignedCommit } from '../../../src/git/signatures/verify-signed-commit.ts';

/** Commits by name, as `name: parents`; each is dated after the one above it. */
type Graph = Readonly<Record<string, readonly string[]>>;

interface Look {
	readonly tip: string;
	readonly trusted: string;
	readonly missing?: ReadonlySet<string>;
	readonly limit?: number;
	/** By name; default: the order in which they stand. */
	readonly dates?: Readonly<Record<string, number>>;
}

const { signal } = new AbortController();

function walk(graph: Graph, { tip, trusted, missing, limit = 100, dates = {} }: Look): Promise<CommitRange> {
	const names = Object.keys(graph);
	const read = (id: string): Promise<SignedCommit | undefined> => {
		const parents = missing?.has(id) ? undefined : graph[id];
		if (parents === undefined) return Promise.resolve(undefined);
		const author = { name: 'Ada', email: 'ada@example.com' };
		const at = dates[id] ?? names.indexOf(id);
		return Promise.resolve({ id, parents, author, at, payload: new Uint8Array(), signatures: [] });
	};
	return walkRange({ tip, trusted, limit }, read, signal);
}

/** `range a b` with what is in it, or what else came of it. */
async function show(graph: Graph, look: Look): Promise<string> {
	const range = await walk(graph, look);
	if (range.kind !== 'range') return range.kind;
	return ['range', ...range.commits.map(({ id }) => id), ...(range.isExact ? [] : ['?'])].join(' ');
}

const line: Graph = { a: [], b: ['a'], c: ['b'], d: ['c'] };
const merged: Graph = { a: [], side: ['a'], b: ['a'], c: ['b'], m: ['c', 'side'], d: ['m'] };

const cases: readonly (readonly [string, Graph, Look, string])[] = [
	['a line', line, { tip: 'd', trusted: 'b' }, 'range c d'],
	['the same commit', line, { tip: 'b', trusted: 'b' }, 'range'],
	['an older commit', line, { tip: 'b', trusted: 'd' }, 'behind'],
	['a line whose end is missing', line, { tip: 'd', trusted: 'b', missing: new Set(['c']) }, 'cut'],
	[
		'a line whose trusted commit alone is missing',
		line,
		{ tip: 'd', trusted: 'b', missing: new Set(['b']) },
		'range c d',
	],
	['a merge of what left the branch before', merged, { tip: 'd', trusted: 'c' }, 'range side m d'],
	[
		'a merge whose other side is missing',
		merged,
		{ tip: 'd', trusted: 'c', missing: new Set(['side']) },
		'cut',
	],
	[
		'a merge that cannot be told from what is old',
		merged,
		{ tip: 'd', trusted: 'c', missing: new Set(['b']) },
		'range a side m d ?',
	],
	['another branch', { ...line, x: ['a'], y: ['x'] }, { tip: 'y', trusted: 'd' }, 'unrelated'],
	['another history', { ...line, x: [], y: ['x'] }, { tip: 'y', trusted: 'd' }, 'unrelated'],
	['a commit that nobody knows', line, { tip: 'nobody', trusted: 'b' }, 'cut'],
	['more commits than are looked at', line, { tip: 'd', trusted: 'a', limit: 2 }, 'long'],
	[
		'commits dated before their parents',
		line,
		{ tip: 'd', trusted: 'b', dates: { d: -2, c: -1 } },
		'range c d',
	],
	[
		'a branch point dated after the merge',
		merged,
		{ tip: 'd', trusted: 'c', dates: { a: 99 } },
		'range side m d',
	],
	[
		'a branch point dated before all',
		merged,
		{ tip: 'd', trusted: 'c', dates: { b: -99, a: 50 } },
		'range side m d',
	],
];
for (const [what, graph, look, expected] of cases) {
	test(`what is new at a tip: ${what}`, async (t) => {
		t.is(await show(graph, look), expected);
	});
}

test('F-137 no commit that is new is ever left out, whatever the history, its dates and what is missing of it', async (t) => {
	const parents = fc.array(fc.nat(), { maxLength: 3 });
	const commit = fc.record({
		parents,
		date: fc.nat(12),
		isMissing: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
	});
	const history = fc.array(commit, { minLength: 1, maxLength: 14 });
	const seen = new Set<string>();
	await fc.assert(
		fc.asyncProperty(history, fc.nat(), fc.nat(), async (commits, from, to) => {
			const name = (index: number): string => `c${index}`;
			const graph: Graph = Object.fromEntries(
				commits.map(({ parents: links }, index) => [
					name(index),
					index === 0 ? [] : [...new Set(links.map((link) => name(link % index)))],
				]),
			);
			const look = {
				tip: name(to % commits.length),
				trusted: name(from % commits.length),
				dates: Object.fromEntries(commits.map(({ date }, index) => [name(index), date])),
				missing: new Set(commits.flatMap(({ isMissing }, index) => (isMissing ? [name(index)] : []))),
			};
			const [old, all] = [ancestors(graph, look.trusted), ancestors(graph, look.tip)];
			const fresh = all.difference(old);
			const range = await walk(graph, look);
			seen.add(range.kind);
			switch (range.kind) {
				case 'range': {
					const found = new Set(range.commits.map(({ id }) => id));
					t.true(all.has(look.trusted), 'the trusted commit is an ancestor');
					t.deepEqual([...fresh.difference(found)], [], 'nothing new is left out');
					t.true(found.isSubsetOf(all));
					if (range.isExact) t.deepEqual([...found.difference(fresh)], [], 'nothing old is judged again');
					break;
				}
				case 'behind':
					t.true(old.has(look.tip));
					break;
				case 'unrelated':
					t.false(all.has(look.trusted));
					break;
				case 'cut':
					t.true(look.missing.size > 0);
					break;
				case 'long':
					t.fail('there are never that many');
			}
		}),
		{ numRuns: 3_000 },
	);
	t.deepEqual([...seen].sort(), ['behind', 'cut', 'range', 'unrelated']);
});

function ancestors(graph: Graph, of: string, found: Set<string> = new Set()): Set<string> {
	if (found.has(of)) return found;
	found.add(of);
	for (const parent of graph[of] ?? []) ancestors(graph, parent, found);
	return found;
}
