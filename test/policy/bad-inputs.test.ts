import { readFileSync } from 'node:fs';
import test from 'ava';
import { parse, parseDocument } from 'yaml';
import type { SpillwayConfig } from '../../src/model/policy.ts';
import { formatProblem, type Problem } from '../../src/model/problem.ts';
import { parsePolicyFile } from '../../src/policy/parse-file.ts';
import { resolvePolicies } from '../../src/policy/resolve.ts';
import { writePolicy } from '../support/policy-documents.ts';

interface Expected {
	readonly code: string;
	readonly at: string;
	readonly says: string;
}

type Change =
	| { readonly set: string; readonly value: unknown }
	| { readonly delete: string }
	| { readonly replace: readonly [string, string] };

type Input =
	| { readonly text: string; readonly file?: string }
	| { readonly of?: 'config'; readonly change: Change }
	| { readonly make: string };

interface Case {
	readonly id: string;
	readonly what: string;
	readonly input: Input;
	readonly expect:
		| { readonly accepts: number }
		| { readonly first: Expected; readonly count: number }
		| readonly Expected[];
}

interface Catalogue {
	readonly base: string;
	readonly config: string;
	readonly groups: Readonly<Record<string, readonly string[]>>;
	readonly cases: readonly Case[];
	readonly later: readonly { readonly id: string; readonly reason: string }[];
	readonly elsewhere: readonly { readonly id: string; readonly test: string }[];
}

const catalogueFile = new URL('../cases/bad-inputs.yaml', import.meta.url);
const { base, config, groups, cases, later, elsewhere }: Catalogue = parse(
	readFileSync(catalogueFile, 'utf8'),
);

type Files = Readonly<Record<string, Uint8Array>>;

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const oneFile = (bytes: Uint8Array): Files => ({ 'policies/shop.yaml': bytes });
const otherPolicy = base.replaceAll('name: shop', 'name: other');

const makers: Readonly<Record<string, () => Files>> = {
	'two documents': () => oneFile(encode(`${base}---\n${otherPolicy}`)),
	'byte order mark': () => oneFile(encode(`\uFEFF${base}`)),
	'UTF-16LE': () => oneFile(Buffer.from(base, 'utf16le')),
	CRLF: () => oneFile(encode(base.replaceAll('\n', '\r\n'))),
	'deep nesting': () => oneFile(encode('['.repeat(10_000))),
	'300 KiB': () => oneFile(new Uint8Array(300 * 1024).fill(0x20)),
	'merge keys': () => {
		const keys = Array.from({ length: 3000 }, (_, key) => `  k${key}: 1\n`).join('');
		const merges = '  - <<: *a\n'.repeat(6000);
		return oneFile(
			encode(
				`apiVersion: spillway.dev/v1alpha1\nkind: FailoverPolicy\nanchored: &a\n${keys}list:\n${merges}`,
			),
		);
	},
	'two policies for one split': () => ({
		'policies/a.yaml': encode(base),
		'policies/b.yaml': encode(base.replace('name: shop', 'name: other')),
	}),
	'10 001 policies': () =>
		Object.fromEntries(
			Array.from({ length: 10_001 }, (_, number) => [
				`policies/${number}.yaml`,
				encode(writePolicy(`policy-${number}`, `split-${number}`)),
			]),
		),
};

const spillwayConfig: SpillwayConfig = {
	policies: ['policies'],
	clusters: [{ name: 'east', access: { kind: 'context', context: 'east' } }],
	defaults: { failoverVia: 'Direct', failbackVia: 'Direct' },
	commits: {},
};

function makeFiles(input: Input): Files {
	if ('make' in input) return makers[input.make]?.() ?? fail(`no maker ${input.make}`);
	if ('text' in input) return { [input.file ?? 'policies/shop.yaml']: encode(input.text) };
	return oneFile(encode(applyChange(input.of === 'config' ? config : base, input.change)));
}

function applyChange(text: string, change: Change): string {
	if ('replace' in change) {
		const [from, to] = change.replace;
		return text.includes(from) ? text.replace(from, to) : fail(`nothing to replace: ${from}`);
	}
	const document = parseDocument(text);
	if ('set' in change) document.setIn(splitPointer(change.set), document.createNode(change.value));
	else if (!document.deleteIn(splitPointer(change.delete))) fail(`nothing at ${change.delete}`);
	return document.toString({ lineWidth: 0 });
}

function splitPointer(pointer: string): readonly (string | number)[] {
	return pointer
		.split('/')
		.slice(1)
		.map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

function fail(message: string): never {
	throw new Error(message);
}

/** What a whole repository of these files answers. */
function judge(files: Files): { readonly accepted: number; readonly problems: readonly Problem[] } {
	const parsed = Object.entries(files).map(([file, bytes]) => parsePolicyFile(file, bytes));
	const resolved = resolvePolicies(
		spillwayConfig,
		parsed.flatMap(({ policies }) => policies),
	);
	const problems = [...parsed.flatMap((file) => file.problems), ...resolved.problems];
	return { accepted: resolved.policies.length, problems };
}

function describe({ code, where }: Problem): Pick<Expected, 'code' | 'at'> {
	return { code, at: where.kind === 'text' ? `${where.line}:${where.column}` : where.name };
}

for (const { id, what, input, expect } of cases) {
	test(`${id} ${what}`, (t) => {
		const { accepted, problems } = judge(makeFiles(input));
		if ('accepts' in expect) {
			t.deepEqual(problems, []);
			t.is(accepted, expect.accepts);
			return;
		}
		const expected = 'first' in expect ? [expect.first] : expect;
		t.is(accepted, 0);
		t.deepEqual(
			problems.slice(0, expected.length).map(describe),
			expected.map(({ code, at }) => ({ code, at })),
		);
		t.is(problems.length, 'first' in expect ? expect.count : expected.length);
		for (const [index, { says }] of expected.entries()) {
			const [line = ''] = problems.slice(index).map(formatProblem);
			t.true(line.includes(says), line);
		}
		for (const problem of problems) {
			t.notRegex(
				formatProblem(problem),
				/[\p{Cc}\p{Cf}]| at .*:\d+:\d+\)?$/u,
				'one line, without a stack trace',
			);
			t.not(problem.remedy.trim(), '');
		}
	});
}

test('every id of the groups is a case, comes later or is tested elsewhere, and nothing else is', (t) => {
	const listed = [...cases, ...later, ...elsewhere].map(({ id }) => id).sort();
	t.deepEqual(listed, Object.values(groups).flat().sort());
});

test('every maker has its case', (t) => {
	const used = cases.flatMap(({ input }) => ('make' in input ? input.make : []));
	t.deepEqual(used.sort(), Object.keys(makers).sort());
});
