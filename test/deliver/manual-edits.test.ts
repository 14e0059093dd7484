import test from 'ava';
import fc from 'fast-check';
import type { ManualEditRule } from '../../src/model/manual-edit.ts';
import type { Repository } from '../../src/model/ports/repository.ts';
import { ProblemError, problem } from '../../src/model/problem.ts';
import type { Receipt } from '../../src/model/receipt.ts';
import { manifestEditor } from '../../src/plan/manifest-editor.ts';
import type { FileChanges } from '../../src/simulator/memory-history.ts';
import type { MemoryRepository } from '../../src/simulator/memory-repository.ts';
import { anEditChange, aShift, emojiTarget } from '../support/changes.ts';
import { type CommitStage, startCommitStage } from '../support/commit-stage.ts';
import { splitManifest } from '../support/manifests.ts';
import { watchCalls } from '../support/noted-repository.ts';
import { weights } from '../support/policies.ts';

const path = 'clusters/east/emoji.yaml';
const { signal } = new AbortController();
const home = { 'emoji-svc': 1, 'emoji-svc-west': 0 };
const away = { 'emoji-svc': 0, 'emoji-svc-west': 1 };
const half = { 'emoji-svc': 1, 'emoji-svc-west': 1 };
const hour = 3_600_000;

function manifest([primary, fallback]: readonly [number, number]): string {
	return splitManifest
		.replace('weight: 0\n', `weight: ${fallback}\n`)
		.replace('weight: 1\n', `weight: ${primary}\n`);
}

const rule: ManualEditRule = { action: 'Hold', hold: hour, expected: [weights(home)] };
const failover = anEditChange({ manualEdits: rule });

/** Says of every commit who made it and when: people's are by Ada, and half an hour old. */
function datedBy(at: number): (inner: MemoryRepository) => MemoryRepository {
	return (inner) => ({
		...inner,
		async history(commit, limit, until) {
			const facts = await inner.history(commit, limit, until);
			return facts.map((each) => ({ ...each, at, author: { name: 'Ada', email: 'ada@example.org' } }));
		},
	});
}

interface Edited extends CommitStage {
	readonly calls: string[];
}

/** People commit these, one after another. */
function startEdited(
	edits: readonly FileChanges[],
	age = hour / 2,
	wrap: (inner: MemoryRepository) => Repository = (inner) => inner,
): Edited {
	const calls: string[] = [];
	const stage = startCommitStage(
		{ [path]: manifest([1, 0]) },
		{
			wrap: (inner, clock) =>
				watchCalls(wrap(datedBy(clock.now() - age)(inner)), (call) => {
					calls.push(call);
					return Promise.resolve();
				}),
		},
	);
	for (const [index, edit] of edits.entries()) stage.repository.commitDirectly(edit, `theirs ${index}`);
	return { ...stage, calls };
}

function deliver({ settle, delivery }: CommitStage, change = failover): Promise<Receipt> {
	return settle(delivery.deliver(change, signal));
}

test('F15 a person’s commit that changes weights alone holds them, for an hour from that commit on', async (t) => {
	const stage = startEdited([{ [path]: manifest([1, 1]) }]);
	const [theirs] = stage.repository.log();
	const start = stage.clock.now();
	t.deepEqual(await deliver(stage), {
		kind: 'held',
		manual: {
			commit: theirs?.id ?? '',
			author: 'Ada <ada@example.org>',
			found: weights(half),
			against: weights(away),
			hold: hour,
			until: start - hour / 2 + hour,
		},
	});
	t.is(stage.repository.log().length, 2);
	t.is(await stage.text(path), manifest([1, 1]));
});

test('an adopted edit has no end', async (t) => {
	const stage = startEdited([{ [path]: manifest([1, 1]) }], 10 * hour);
	const receipt = await deliver(stage, { ...failover, manualEdits: { ...rule, action: 'Adopt' } });
	t.like(receipt, { kind: 'held', manual: { found: weights(half), until: undefined, hold: undefined } });
});

test('an edit dated in the future is held from now on, and no longer than any other', async (t) => {
	const stage = startEdited([{ [path]: manifest([1, 1]) }], -100 * hour);
	const start = stage.clock.now();
	t.like(await deliver(stage), { kind: 'held', manual: { until: start + 50 + hour } });
});

const written: readonly (readonly [
	title: string,
	edits: readonly FileChanges[],
	rule?: Partial<ManualEditRule>,
	age?: number,
])[] = [
	['whose hold is over', [{ [path]: manifest([1, 1]) }], {}, hour],
	[
		'that resets weights in a larger commit',
		[{ [path]: manifest([1, 1]), 'clusters/east/chart.yaml': 'replicas: 3\n' }],
	],
	[
		'that changes more of the manifest than weights',
		[{ [path]: manifest([1, 1]).replace('spec:', '  labels: {a: b}\nspec:') }],
	],
	['that made the manifest', [{ [path]: null }, { [path]: manifest([1, 1]) }]],
	[
		'that was replaced by a larger one',
		[{ [path]: manifest([1, 1]) }, { [path]: manifest([3, 1]), 'clusters/east/chart.yaml': 'replicas: 3\n' }],
	],
];

for (const [title, edits, others, age] of written) {
	test(`weights of an edit ${title} are written over`, async (t) => {
		const stage = startEdited(edits, age);
		t.is((await deliver(stage, { ...failover, manualEdits: { ...rule, ...others } })).kind, 'delivered');
		t.deepEqual(manifestEditor.weights(await stage.text(path), emojiTarget), weights(away));
	});
}

test('an edit that was released is written over', async (t) => {
	const stage = startEdited([{ [path]: manifest([1, 1]) }]);
	const released = stage.repository.log()[0]?.id ?? '';
	t.is((await deliver(stage, { ...failover, manualEdits: { ...rule, released } })).kind, 'delivered');
});

test('without a rule people’s edits are written over, and nothing is looked up', async (t) => {
	const stage = startEdited([{ [path]: manifest([1, 1]) }]);
	t.is((await deliver(stage, anEditChange())).kind, 'delivered');
	t.false(stage.calls.includes('differences'));
});

for (const [title, [primary, fallback]] of [
	['before our first commit', [1, 0]],
	['as a ratio', [100, 0]],
] as const) {
	test(`weights that are expected there, ${title}, cost no look at the history`, async (t) => {
		const stage = startEdited([{ [path]: manifest([primary, fallback]) }]);
		t.is((await deliver(stage)).kind, 'delivered');
		t.false(stage.calls.includes('differences'));
	});
}

test('F15 a revert of one of our commits holds, also together with other changes', async (t) => {
	for (const more of [{}, { 'clusters/east/other.yaml': 'a: 2\n' }]) {
		const stage = startEdited([]);
		await deliver(stage);
		const ours = stage.repository.log()[0]?.id ?? '';
		const message = `Revert "failover(emojivoto/emoji)"\n\nThis reverts commit ${ours}.\n`;
		const theirs = stage.repository.commitDirectly({ [path]: manifest([1, 0]), ...more }, message);
		const again = { ...failover, manualEdits: { ...rule, expected: [weights(away)] } };
		t.like(await deliver(stage, again), { kind: 'held', manual: { commit: theirs, found: weights(home) } });
	}
});

test('a revert of somebody else’s commit is judged by what it changes', async (t) => {
	const stage = startEdited([{ 'clusters/east/chart.yaml': 'replicas: 3\n' }]);
	const reverted = stage.repository.log()[0]?.id ?? '';
	const changes = { [path]: manifest([1, 1]), 'clusters/east/chart.yaml': 'replicas: 2\n' };
	stage.repository.commitDirectly(changes, `Revert "x"\n\nThis reverts commit ${reverted}.\n`);
	t.is((await deliver(stage)).kind, 'delivered');
});

test('our own commit of an earlier life is no person’s edit', async (t) => {
	const stage = startEdited([]);
	await deliver(stage, {
		...failover,
		shift: aShift({ to: weights({ 'emoji-svc': 3, 'emoji-svc-west': 7 }) }),
	});
	t.is((await deliver(stage)).kind, 'delivered');
	t.is(await stage.text(path), manifest([0, 1]));
});

test('F9 weights that went with a rewritten branch are written anew on its new tip', async (t) => {
	const stage = startEdited([]);
	await deliver(stage);
	stage.repository.deleteBranch();
	const rewritten = stage.repository.commitDirectly({ [path]: manifest([1, 0]) }, 'rewritten');
	const again = { ...failover, manualEdits: { ...rule, expected: [weights(away)] } };
	t.is((await deliver(stage, again)).kind, 'delivered');
	t.is(await stage.text(path), manifest([0, 1]));
	t.deepEqual(
		stage.repository.log().map(({ id }) => id === rewritten),
		[false, true],
	);
});

test('an edit is found below what came after it, even if the manifest was moved since', async (t) => {
	const moved = 'clusters/east/apps/emoji.yaml';
	const later = Array.from({ length: 60 }, (_, index) => ({ 'docs/notes.md': `${index}` }));
	const stage = startEdited([
		{ [path]: manifest([1, 1]) },
		...later,
		{ [path]: null, [moved]: manifest([1, 1]), 'clusters/east/other.yaml': 'a: 1\n' },
		{ [moved]: `# moved\n${manifest([1, 1])}` },
	]);
	const edit = stage.repository.log().at(-2)?.id;
	t.like(await deliver(stage), { kind: 'held', manual: { commit: edit } });
});

test('what nobody can find within 200 commits is written over', async (t) => {
	const later = Array.from({ length: 200 }, (_, index) => ({ 'docs/notes.md': `${index}` }));
	const stage = startEdited([{ [path]: manifest([1, 1]) }, ...later]);
	t.is((await deliver(stage)).kind, 'delivered');
});

const where = { kind: 'named', name: 'memory:config' } as const;
const cutOff = new ProblemError(problem('E_GIT_UNREACHABLE', { where, message: 'connection refused' }));

for (const [title, fail] of [
	['cannot be had', () => Promise.reject(cutOff)],
	['is not there within 5 s', () => new Promise<never>(() => undefined)],
] as const) {
	test(`where the history ${title}, an outage does not wait for it`, async (t) => {
		const wrap = (inner: MemoryRepository): Repository => ({
			...inner,
			history: (commit, limit, until) => (limit === 1 ? inner.history(commit, limit, until) : fail()),
		});
		const stage = startEdited([{ [path]: manifest([1, 1]) }], 0, wrap);
		const delivering = stage.delivery.deliver(failover, signal);
		await stage.clock.advance(5_100);
		t.is((await delivering).kind, 'delivered');
	});
}

test('a person’s edit of one target holds up no other', async (t) => {
	const other = 'clusters/east/other.yaml';
	const stage = startEdited([
		{ [other]: manifest([1, 0]).replace('name: emoji-svc', 'name: other') },
		{ [path]: manifest([1, 1]) },
	]);
	const change = { ...failover, policy: 'emojivoto/other', target: { ...emojiTarget, name: 'other' } };
	const receipts = await stage.settle(
		Promise.all([failover, change].map((each) => stage.delivery.deliver(each, signal))),
	);
	t.deepEqual(
		receipts.map(({ kind }) => kind),
		['held', 'delivered'],
	);
	t.is(await stage.text(path), manifest([1, 1]));
	const [ours] = stage.repository.log();
	t.deepEqual(ours?.files, [other]);
	t.notRegex(ours?.message ?? '', /emojivoto\/emoji\n/);
});

const step = fc.record({
	kind: fc.constantFrom('weights', 'larger', 'elsewhere'),
	primary: fc.integer({ min: 2, max: 9 }),
});

test('whatever people commit, weights are held if and only if a commit of weights alone brought them about', async (t) => {
	await fc.assert(
		fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
			let last = { primary: 1, held: false };
			const edits = steps.map(({ kind, primary }, index): FileChanges => {
				if (kind === 'elsewhere') return { 'docs/notes.md': `${index}` };
				if (primary !== last.primary) last = { primary, held: kind === 'weights' };
				const more = kind === 'larger' ? { 'clusters/east/chart.yaml': `a: ${index}\n` } : {};
				return { [path]: manifest([primary, 1]), ...more };
			});
			const stage = startEdited([{ [path]: manifest([1, 1]), 'docs/notes.md': 'x' }, ...edits]);
			t.is((await deliver(stage)).kind, last.held ? 'held' : 'delivered');
		}),
		{ numRuns: 60 },
	);
});
