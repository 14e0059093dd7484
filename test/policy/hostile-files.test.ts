import test from 'ava';
import fc from 'fast-check';
import { formatProblem, type Problem } from '../../src/model/problem.ts';
import { maxFileBytes } from '../../src/policy/decode-text.ts';
import { maxProblems, parsePolicyFile } from '../../src/policy/parse-file.ts';
import { listCodes, parseText, writePolicy } from '../support/policy-documents.ts';

const header = 'apiVersion: spillway.dev/v1alpha1\n';

test('each limit holds at, above and far above its value', (t) => {
	const policy = writePolicy('emoji', 'emoji-svc');
	const padded = (size: number): string => policy + '#'.repeat(size - policy.length);
	const nested = (depth: number): string =>
		`${header}kind: SpillwayConfig\nx: ${'['.repeat(depth)}${']'.repeat(depth)}\n`;
	const aliased = (nodes: number): string => {
		const list = Array(nodes).fill('*a').join(', ');
		return writePolicy('emoji', 'emoji-svc').replace(
			'{name',
			`{labels: {a: &a x}, annotations: [${list}], name`,
		);
	};
	const backends = (count: number): string => {
		const list = Array.from({ length: count }, (_, index) => `{service: s${index}}`).join(', ');
		return policy.replace('{service: a}, {service: b, tier: 1}', list);
	};
	const weights = (sum: number): string => policy.replace('{service: a}', `{service: a, weight: ${sum - 1}}`);
	const limits = {
		E_FILE_TOO_LARGE: { make: padded, at: maxFileBytes, farAbove: 5_000_000, otherwise: [] },
		E_YAML_DEPTH: { make: nested, at: 63, farAbove: 100_000, otherwise: ['E_REQUIRED', 'E_UNKNOWN_FIELD'] },
		E_YAML_ALIAS_LIMIT: { make: aliased, at: 100, farAbove: 50_000, otherwise: ['E_TYPE'] },
		E_LIMIT: { make: backends, at: 32, farAbove: 5000, otherwise: [] },
		E_RANGE: { make: weights, at: 400_000, farAbove: 2_147_483_647, otherwise: [] },
	};
	for (const [code, { make, at, farAbove, otherwise }] of Object.entries(limits)) {
		t.deepEqual(listCodes(parseText(make(at))), otherwise, `${code} at ${at}`);
		t.deepEqual(listCodes(parseText(make(at + 1))), [code], `${code} at ${at + 1}`);
		t.deepEqual(listCodes(parseText(make(farAbove))), [code], `${code} at ${farAbove}`);
	}
});

const hostile: Readonly<Record<string, string>> = {
	'open brackets': '['.repeat(maxFileBytes),
	'nested dashes': '- '.repeat(maxFileBytes / 2),
	'explicit keys': '? '.repeat(maxFileBytes / 2),
	'distinct keys': Array.from({ length: 20_000 }, (_, key) => `key${key}: 1`).join('\n'),
	'one key again and again': 'key: 1\n'.repeat(37_000),
	'aliases of one anchor': `${header}kind: FailoverPolicy\na: &a 1\nb: [${'*a,'.repeat(80_000)}]`,
	'an alias of itself': `${header}kind: FailoverPolicy\nspec: &a [*a]\n`,
	'empty documents': '---\n'.repeat(65_000),
	'documents without content of ours': `---\nkind: FailoverPolicy\n`.repeat(9000),
	commas: `[${','.repeat(200_000)}]`,
	tags: '!a '.repeat(80_000),
	'hidden characters': '\u200B'.repeat(80_000),
	'unknown fields': writePolicy(
		'a',
		'b',
		Array.from({ length: 15_000 }, (_, key) => `tarxet${key}: 1`).join(', '),
	),
};

/** Milliseconds: the slowest takes one to two seconds, and what grows with the square takes far longer than this. */
const hangs = 15_000;

for (const [what, text] of Object.entries(hostile)) {
	test(`the largest file of ${what} is judged within seconds`, (t) => {
		const start = performance.now();
		const { problems, policies } = parseText(text);
		t.true(performance.now() - start < hangs);
		t.deepEqual(policies, []);
		t.true(problems.length > 0 && problems.length <= maxProblems);
	});
}

/** Whether a place is a character of the text, or the end of one of its lines. */
function liesInside(text: string, { where }: Problem): boolean {
	if (where.kind !== 'text') return false;
	const line = text.replace(/^\uFEFF/, '').split('\n')[where.line - 1];
	return line !== undefined && where.column >= 1 && where.column <= line.length + 1;
}

const fragments = fc.constantFrom(
	...[
		'apiVersion: ',
		'spillway.dev/v1alpha1',
		'kind: ',
		'FailoverPolicy',
		'SpillwayConfig',
		'metadata:',
		'spec:',
	],
	...[
		'\n',
		'\n  ',
		'\n    - ',
		'---\n',
		'{',
		'}',
		'[',
		']',
		', ',
		': ',
		'&a ',
		'*a',
		'<<: ',
		'!x ',
		'"',
		"'",
		'#',
		'\t',
	],
	...[
		'backends',
		'service',
		'weight',
		'tier',
		'failover',
		'after',
		'010',
		'1:30',
		'-5s',
		'.inf',
		'~',
		'|\n',
		'%YAML 1.1\n',
	],
);

test('no text makes it throw, and every place lies inside the text', (t) => {
	const texts = fc.oneof(
		fc.array(fragments, { maxLength: 60 }).map((parts) => parts.join('')),
		fc.string({ unit: 'binary', maxLength: 200 }),
	);
	fc.assert(
		fc.property(texts, fc.constantFrom('a.yaml', 'a.json'), (text, file) => {
			const { problems } = parseText(text, file);
			for (const problem of problems) {
				t.true(liesInside(text.toWellFormed(), problem), JSON.stringify({ text, problem }));
				t.notRegex(formatProblem(problem), /\n/);
			}
		}),
		{ numRuns: 500 },
	);
});

test('no bytes make it throw', (t) => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
			const { policies, problems } = parsePolicyFile('a.yaml', bytes);
			t.is(policies.length, 0);
			t.true(problems.length <= maxProblems);
		}),
		{ numRuns: 500 },
	);
});

test('a field nobody knows is never ignored, whatever its name and value', (t) => {
	const nonsense = fc.oneof(fc.string(), fc.integer(), fc.constant([]), fc.constant({}), fc.constant(null));
	fc.assert(
		fc.property(fc.string({ minLength: 1 }), nonsense, (field, value) => {
			const known = ['mode', 'health', 'failover', 'failback', 'panic', 'target', 'backends'];
			fc.pre(!known.includes(field));
			const document = {
				apiVersion: 'spillway.dev/v1alpha1',
				kind: 'FailoverPolicy',
				metadata: { name: 'emoji', namespace: 'shop' },
				spec: {
					target: { cluster: 'east', name: 's' },
					backends: [{ service: 'a' }, { service: 'b' }],
					[field]: value,
				},
			};
			t.not(parseText(JSON.stringify(document)).problems.length, 0, field);
		}),
		{ numRuns: 200 },
	);
});
