import test from 'ava';
import fc from 'fast-check';
import { renderReason } from '../../src/model/reason.ts';
import { type DurableField, durableFields } from '../../src/reconcile/ledger-entry.ts';
import {
	type DurableMemory,
	decodeLedger,
	encodeLedger,
	pickDurable,
} from '../../src/reconcile/ledger-text.ts';
import {
	aMemory,
	askedMemory,
	firstInstant,
	gitMemory,
	readLedger,
	writeLedger,
} from '../support/durable-memories.ts';

test('what is written is read again; the sentences people were told stay as they were', (t) => {
	const memory = aMemory();
	const { content, problems } = readLedger(writeLedger(new Map([['emojivoto/emoji', pickDurable(memory)]])));
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

test('what was committed, a person’s edit and a debt to Git are read as they were written', (t) => {
	const { hold: _, until: __, ...adopted } = gitMemory.manual ?? t.fail();
	const memories = new Map<string, DurableMemory>([
		['a/held', gitMemory],
		['a/adopted', { manual: { ...adopted, released: true } }],
	]);
	const { content, problems } = readLedger(writeLedger(memories));
	t.deepEqual(problems, []);
	t.deepEqual(content.policies.get('a/held'), gitMemory);
	t.deepEqual(content.policies.get('a/adopted'), memories.get('a/adopted'));
});

test('when an escalation began, and when the branch was last looked at, is read as it was written', (t) => {
	const { pending } = aMemory();
	if (pending?.committed === undefined) return t.fail();
	const committed = { ...pending.committed, seenAt: firstInstant - 2_000 };
	const escalated = { ...pending, committed, escalatedAt: firstInstant - 1_000 };
	const { content } = readLedger(writeLedger(new Map([['a/b', { pending: escalated }]])));
	t.like(content.policies.get('a/b')?.pending, { committed, escalatedAt: firstInstant - 1_000 });
});

test('a hold ends no later than one that began now', (t) => {
	const { content } = readLedger(writeLedger(new Map([['a/b', gitMemory]])), firstInstant - 10 * 3_600_000);
	t.is(content.policies.get('a/b')?.manual?.until, firstInstant - 9 * 3_600_000);
});

test('the text is this, and versions to come read it', (t) => {
	const { episode, settled } = aMemory();
	const text = writeLedger(
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
			'a/strange': { budget: { left: 2 } },
		},
		fleet: { budget: 3 },
	};
	const { content } = readLedger(JSON.stringify(newer));
	t.deepEqual(content.policies.get('a/both'), { episode: { id: 'e', since: 5 } });
	t.deepEqual(JSON.parse(encodeLedger(content)), newer);
	const gone = new Map([...content.policies].map(([key]) => [key, {}]));
	const kept = JSON.parse(encodeLedger({ ...content, policies: gone }));
	t.deepEqual(kept.policies, { 'a/both': { vetoes: [{ until: 9 }] }, 'a/strange': { budget: { left: 2 } } });
});

test('F-068 a reason, and a field of a shift, that this version does not know keep nobody from reading the rest', (t) => {
	const root = JSON.parse(writeLedger(new Map([['a/b', pickDurable(aMemory())]])));
	const { pending } = root.policies['a/b'];
	pending.reasons = ['a sentence', { code: 'Later' }, 7];
	pending.later = true;
	const { content, problems } = readLedger(JSON.stringify(root));
	t.deepEqual(problems, []);
	t.deepEqual(content.policies.get('a/b')?.pending?.shift.reasons, [
		{ code: 'Remembered', text: 'a sentence' },
	]);
});

test('instants that lie in the future are those of another clock: they become now', (t) => {
	const { content } = readLedger(
		writeLedger(new Map([['a/b', pickDurable(aMemory())]])),
		firstInstant - 1_000_000,
	);
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
	(entry: Record<DurableField, Record<string, unknown>>) => void,
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
	['a veto of an unknown move', (entry) => Object.assign(entry.veto, { move: 'sideways' }), /veto\.move/],
	['a veto of no pull request', (entry) => void delete entry.veto['number'], /veto\.number is no count/],
	[
		'a ramp to nowhere',
		(entry) => Object.assign(entry.ramp, { to: { a: 0 } }),
		/ramp\.to: every weight is 0/,
	],
	['a ramp beyond its end', (entry) => Object.assign(entry.ramp, { percent: 101 }), /ramp\.percent/],
	['half a percent', (entry) => Object.assign(entry.ramp, { percent: 0.5 }), /ramp\.percent is no count/],
	['an approval of no weights', (entry) => void delete entry.approved['to'], /approved\.to is no object/],
	[
		'a step of no list',
		(entry) => Object.assign(entry.pending, { ramp: { percent: 10, of: '10, 100', final: { a: 1 } } }),
		/pending\.ramp\.of is no list/,
	],
	[
		'a request without its number',
		(entry) => Object.assign(entry.pending, { requested: { url: 'https://x', head: 'c' } }),
		/pending\.requested\.number/,
	],
	['an empty commit', (entry) => Object.assign(entry.pending, { committed: { commit: '' } }), /commit/],
];

for (const [what, breakIt, message] of broken) {
	test(`an entry with ${what} is left out, and no other`, (t) => {
		const both = new Map(
			['a/broken', 'a/whole'].map((key) => [key, pickDurable(aMemory({ ...gitMemory, ...askedMemory }))]),
		);
		const root = JSON.parse(writeLedger(both));
		breakIt(root.policies['a/broken']);
		const { content, problems } = readLedger(JSON.stringify(root));
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
	const field = fc.constantFrom(...durableFields, 'other');
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
