import test from 'ava';
import fc from 'fast-check';
import { renderReason } from '../../src/model/reason.ts';
import {
	type DurableMemory,
	decodeLedger,
	encodeLedger,
	type LedgerContent,
	nothingStrange,
	pickDurable,
} from '../../src/reconcile/ledger-text.ts';
import { aMemory, firstInstant } from '../support/durable-memories.ts';
import { weights } from '../support/policies.ts';

function encode(policies: Parameters<typeof encodeLedger>[0]['policies']): string {
	return encodeLedger({ policies, strange: nothingStrange });
}

function read(text: string, now = firstInstant): { content: LedgerContent; problems: readonly string[] } {
	const decoded = decodeLedger(text, 'ledger', now);
	if (decoded.kind === 'unreadable') throw new Error(decoded.problem.message);
	return { content: decoded.content, problems: decoded.problems.map(({ message }) => message) };
}

test('what is written is read again; the sentences people were told stay as they were', (t) => {
	const memory = aMemory();
	const { content, problems } = read(encode(new Map([['emojivoto/emoji', pickDurable(memory)]])));
	t.deepEqual(problems, []);
	const found = content.policies.get('emojivoto/emoji');
	t.deepEqual([found?.episode, found?.settled], [memory.episode, memory.settled]);
	const { shift, ...pending } = memory.pending ?? t.fail();
	t.like(found?.pending, pending);
	t.deepEqual(
		{ ...found?.pending?.shift, reasons: found?.pending?.shift.reasons.map(renderReason) },
		{ ...shift, reasons: shift.reasons.map(renderReason) },
	);
});

const gitMemory: DurableMemory = {
	written: { commit: 'c1', to: weights({ a: 0, b: 1 }), episode: 'emojivoto/emoji-abc' },
	manual: {
		commit: 'c2',
		author: 'Ada <ada@example.org>',
		found: weights({ a: 1, b: 0 }),
		against: weights({ a: 0, b: 1 }),
		hold: 3_600_000,
		until: firstInstant + 600_000,
	},
	debt: { to: weights({ a: 0, b: 1 }), since: firstInstant - 90_000 },
};

test('what was committed, a person’s edit and a debt to Git are read as they were written', (t) => {
	const { hold: _, until: __, ...adopted } = gitMemory.manual ?? t.fail();
	const memories = new Map<string, DurableMemory>([
		['a/held', gitMemory],
		['a/adopted', { manual: { ...adopted, released: true } }],
	]);
	const { content, problems } = read(encode(memories));
	t.deepEqual(problems, []);
	t.deepEqual(content.policies.get('a/held'), gitMemory);
	t.deepEqual(content.policies.get('a/adopted'), memories.get('a/adopted'));
});

test('when an escalation began, and when the branch was last looked at, is read as it was written', (t) => {
	const { pending } = aMemory();
	if (pending?.committed === undefined) return t.fail();
	const committed = { ...pending.committed, seenAt: firstInstant - 2_000 };
	const escalated = { ...pending, committed, escalatedAt: firstInstant - 1_000 };
	const { content } = read(encode(new Map([['a/b', { pending: escalated }]])));
	t.like(content.policies.get('a/b')?.pending, { committed, escalatedAt: firstInstant - 1_000 });
});

test('a hold ends no later than one that began now', (t) => {
	const { content } = read(encode(new Map([['a/b', gitMemory]])), firstInstant - 10 * 3_600_000);
	t.is(content.policies.get('a/b')?.manual?.until, firstInstant - 9 * 3_600_000);
});

test('the text is this, and versions to come read it', (t) => {
	const { episode, settled } = aMemory();
	const text = encode(
		new Map<string, DurableMemory>([
			['b/settled', settled === undefined ? {} : { settled }],
			['a/none', {}],
			['a/episode', { episode: episode ?? t.fail() }],
		]),
	);
	t.is(
		text,
		'{"version":1,"policies":{"a/episode":{"episode":{"id":"emojivoto/emoji-abc","since":1749999940000}},' +
			'"b/settled":{"settled":{"to":{"emoji-svc":1,"emoji-svc-west":0},"at":1749999400000,"rounds":2}}}}',
	);
});

test('F-068 what a newer version added is carried along by an older one', (t) => {
	const newer = {
		version: 1,
		minor: 7,
		policies: {
			'a/both': { episode: { id: 'e', since: 5 }, vetoes: [{ until: 9 }] },
			'a/strange': { ramp: { step: 2 } },
		},
		fleet: { budget: 3 },
	};
	const { content } = read(JSON.stringify(newer));
	t.deepEqual(content.policies.get('a/both'), { episode: { id: 'e', since: 5 } });
	t.deepEqual(JSON.parse(encodeLedger(content)), newer);
	const gone = new Map([...content.policies].map(([key]) => [key, {}]));
	const kept = JSON.parse(encodeLedger({ ...content, policies: gone }));
	t.deepEqual(kept.policies, { 'a/both': { vetoes: [{ until: 9 }] }, 'a/strange': { ramp: { step: 2 } } });
});

test('F-068 a reason, and a field of a shift, that this version does not know keep nobody from reading the rest', (t) => {
	const root = JSON.parse(encode(new Map([['a/b', pickDurable(aMemory())]])));
	const { pending } = root.policies['a/b'];
	pending.reasons = ['a sentence', { code: 'Later' }, 7];
	pending.later = true;
	const { content, problems } = read(JSON.stringify(root));
	t.deepEqual(problems, []);
	t.deepEqual(content.policies.get('a/b')?.pending?.shift.reasons, [
		{ code: 'Remembered', text: 'a sentence' },
	]);
});

test('instants that lie in the future are those of another clock: they become now', (t) => {
	const { content } = read(encode(new Map([['a/b', pickDurable(aMemory())]])), firstInstant - 1_000_000);
	const found = content.policies.get('a/b');
	const instants = [
		found?.episode?.since,
		found?.pending?.decidedAt,
		found?.pending?.committed?.at,
		found?.settled?.at,
	];
	t.deepEqual(instants, new Array(4).fill(firstInstant - 1_000_000));
});

const broken: readonly (readonly [
	string,
	(
		entry: Record<'episode' | 'pending' | 'settled' | 'written' | 'manual' | 'debt', Record<string, unknown>>,
	) => void,
	RegExp,
])[] = [
	['an episode without id', (entry) => void delete entry.episode['id'], /episode\.id/],
	['an instant as text', (entry) => Object.assign(entry.episode, { since: 'today' }), /episode\.since/],
	[
		'a pending shift of another shape',
		(entry) => Object.assign(entry, { pending: [] }),
		/pending is no object/,
	],
	['an unknown move', (entry) => Object.assign(entry.pending, { move: 'sideways' }), /pending\.move/],
	[
		'weights that are all zero',
		(entry) => Object.assign(entry.pending, { to: { a: 0 } }),
		/every weight is 0/,
	],
	['no weights', (entry) => Object.assign(entry.pending, { from: null }), /pending\.from/],
	['a negative weight', (entry) => Object.assign(entry.settled, { to: { a: -1 } }), /settled\.to/],
	['half a round', (entry) => Object.assign(entry.settled, { rounds: 0.5 }), /settled\.rounds/],
	['a commit of no weights', (entry) => void delete entry.written['to'], /written\.to/],
	['an edit of nobody', (entry) => void delete entry.manual['author'], /manual\.author/],
	['an edit held for a text', (entry) => Object.assign(entry.manual, { hold: '1h' }), /manual\.hold/],
	[
		'a debt of nothing',
		(entry) => Object.assign(entry.debt, { to: { a: 0 } }),
		/debt\.to: every weight is 0/,
	],
	['an empty commit', (entry) => Object.assign(entry.pending, { committed: { commit: '' } }), /commit/],
];

for (const [what, breakIt, message] of broken) {
	test(`an entry with ${what} is left out, and no other`, (t) => {
		const both = new Map(['a/broken', 'a/whole'].map((key) => [key, pickDurable(aMemory(gitMemory))]));
		const root = JSON.parse(encode(both));
		breakIt(root.policies['a/broken']);
		const { content, problems } = read(JSON.stringify(root));
		t.deepEqual([...content.policies.keys()], ['a/whole']);
		t.is(problems.length, 1);
		t.regex(problems[0] ?? '', message);
		t.regex(problems[0] ?? '', /a\/broken/);
	});
}

for (const text of ['', '{', 'null', '[]', '{}', '{"version":2,"policies":{}}', '{"version":1}', '\u0000']) {
	test(`no ledger: ${JSON.stringify(text)}`, (t) => {
		const decoded = decodeLedger(text, 'ledger', firstInstant);
		t.is(decoded.kind === 'unreadable' ? decoded.problem.code : undefined, 'E_LEDGER_UNREADABLE');
	});
}

test('whatever JSON comes, it is read or refused, and what is read is written so that it is read the same', (t) => {
	const field = fc.constantFrom('episode', 'pending', 'settled', 'written', 'manual', 'debt', 'other');
	const policies = fc.dictionary(fc.string(), fc.dictionary(field, fc.jsonValue()));
	fc.assert(
		fc.property(fc.record({ version: fc.constantFrom(1, 1, 1, 2), policies }), (root) => {
			const decoded = decodeLedger(JSON.stringify(root), 'ledger', firstInstant);
			t.is(decoded.kind, root.version === 1 ? 'read' : 'unreadable');
			if (decoded.kind === 'unreadable') return;
			const again = decodeLedger(encodeLedger(decoded.content), 'ledger', firstInstant);
			t.deepEqual(again.kind === 'read' && again.problems, []);
		}),
	);
});
