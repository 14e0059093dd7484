import test from 'ava';
import fc from 'fast-check';
import type { Repository } from '../../src/model/ports/repository.ts';
import type { PushFailure } from '../../src/simulator/memory-faults.ts';
import type { MemoryRepository } from '../../src/simulator/memory-repository.ts';
import { anEditChange, aShift } from '../support/changes.ts';
import { type CommitStage, isOurs, startCommitStage } from '../support/commit-stage.ts';
import { awayManifest, splitManifest, writeSplit } from '../support/manifests.ts';
import { type BeforeCall, watchCalls } from '../support/noted-repository.ts';
import { weights } from '../support/policies.ts';

const path = 'clusters/east/emoji.yaml';
const { signal } = new AbortController();

/** A stage whose calls to the repository are noted, but those that only read. */
function startNoted(before: BeforeCall = () => Promise.resolve()) {
	const calls: string[] = [];
	const stage = startCommitStage(
		{ [path]: splitManifest },
		{
			wrap: (inner) =>
				watchCalls(inner, async (call) => {
					if (['refresh', 'commit', 'push'].includes(call)) calls.push(call);
					await before(call);
				}),
		},
	);
	return { ...stage, calls };
}

test('the tip that is held is built on without asking the server, which the push does anyway', async (t) => {
	const { repository, delivery, calls, settle } = startNoted();
	await repository.refresh(signal);
	await settle(delivery.deliver(anEditChange(), signal));
	t.deepEqual(calls, ['commit', 'push']);
	const back = aShift({ to: weights({ 'emoji-svc': 1, 'emoji-svc-west': 0 }) });
	await settle(delivery.deliver(anEditChange({ shift: back }), signal));
	t.deepEqual(calls, ['commit', 'push', 'commit', 'push']);
});

test('F1, F-107 a branch that moved is read again, and the weights land on top of what others pushed', async (t) => {
	const { repository, delivery, calls, text, settle } = startNoted();
	await repository.refresh(signal);
	repository.faults.inject({ kind: 'fail-next-pushes', times: 7, outcome: 'raced' });
	t.is((await settle(delivery.deliver(anEditChange(), signal))).kind, 'delivered');
	t.is(repository.log().length, 9);
	t.is(await text(path), awayManifest);
	t.deepEqual(calls.slice(0, 5), ['commit', 'push', 'refresh', 'commit', 'push']);
});

test('F-107 tries come at once, and more rarely after many, for 15 s; then the branch is left to others', async (t) => {
	const tries: number[] = [];
	const clockOf: { now?: () => number } = {};
	const stage = startNoted((call) => {
		if (call === 'push') tries.push(clockOf.now?.() ?? 0);
		return Promise.resolve();
	});
	clockOf.now = stage.clock.now;
	const start = stage.clock.now();
	stage.repository.faults.inject({ kind: 'fail-next-pushes', times: 1_000, outcome: 'raced' });
	const receipt = await stage.settle(stage.delivery.deliver(anEditChange(), signal));
	t.is(receipt.kind, 'conflict');
	const at = tries.map((each) => each - start);
	t.deepEqual(at.slice(0, 4), [50, 50, 100, 112.5]);
	const [late = 0, last = 0] = at.slice(-2);
	t.is(last - late, 200);
	t.true(at.length < 150 && last >= 15_000 && last < 16_000, String(at));
	t.is(await stage.text(path), splitManifest);
});

test('F-107 a failback gives way to others after two tries, and need not wait for company again', async (t) => {
	const { clock, repository, delivery, settle } = startCommitStage({ [path]: splitManifest });
	const change = anEditChange({ shift: aShift({ move: 'failback' }) });
	t.is((await settle(delivery.deliver(change, signal))).kind, 'queued');
	repository.faults.inject({ kind: 'fail-next-pushes', times: 2, outcome: 'raced' });
	t.is((await settle(delivery.deliver(change, signal))).kind, 'conflict');
	const start = clock.now();
	t.is((await settle(delivery.deliver(change, signal))).kind, 'delivered');
	t.true(clock.now() > start);
});

test('F2 weights that somebody else has committed already are adopted without a commit', async (t) => {
	const { repository, delivery, calls, settle } = startNoted();
	const theirs = repository.commitDirectly({ [path]: awayManifest }, 'theirs');
	t.deepEqual(await settle(delivery.deliver(anEditChange(), signal)), {
		kind: 'unchanged',
		evidence: { kind: 'committed', commit: theirs },
	});
	t.deepEqual(calls, ['refresh']);
});

test('F2 that nothing differs is said of the server’s tip only, not of the one that is held', async (t) => {
	const { repository, delivery, calls, text, settle } = startNoted();
	repository.commitDirectly({ [path]: awayManifest }, 'theirs');
	await repository.refresh(signal);
	repository.commitDirectly({ [path]: splitManifest }, 'theirs: back');
	t.is((await settle(delivery.deliver(anEditChange(), signal))).kind, 'delivered');
	t.deepEqual(calls, ['refresh', 'commit', 'push']);
	t.is(await text(path), awayManifest);
});

test('a manifest that the held tip lacks is looked for on the server’s', async (t) => {
	const { repository, delivery, settle } = startCommitStage({ 'other.yaml': 'a: 1\n' });
	await repository.refresh(signal);
	repository.commitDirectly({ [path]: splitManifest }, 'theirs');
	t.is((await settle(delivery.deliver(anEditChange(), signal))).kind, 'delivered');
});

test('F24 of two writers of one branch the loser reads again and finds it done', async (t) => {
	const { repository, delivery, open, settle } = startCommitStage({ [path]: splitManifest });
	await repository.refresh(signal);
	const settings = { author: { name: 'Another', email: 'another@example.com' } };
	const receipts = await settle(
		Promise.all([delivery, open({ settings })].map((one) => one.deliver(anEditChange(), signal))),
	);
	t.deepEqual(receipts.map(({ kind }) => kind).sort(), ['delivered', 'unchanged']);
	t.is(repository.log().filter(isOurs).length, 1);
});

test('F28, F-118 a push whose answer was lost is found on the branch, and is no second commit', async (t) => {
	const { repository, delivery, calls, settle } = startNoted();
	repository.faults.inject({ kind: 'fail-next-pushes', times: 1, outcome: 'unknown-applied' });
	const receipt = await settle(delivery.deliver(anEditChange(), signal));
	t.deepEqual(calls, ['refresh', 'commit', 'push', 'refresh']);
	const [ours] = repository.log();
	t.deepEqual(receipt, { kind: 'delivered', evidence: { kind: 'committed', commit: ours?.id ?? '' } });
	t.is(repository.log().length, 2);
});

test('F28 a push that never ends is ended after 10 s, and the branch tells what became of it', async (t) => {
	for (const lands of [true, false]) {
		let pushes = 0;
		const hanging = (inner: MemoryRepository): Repository => ({
			...inner,
			async push(commit, expected, until) {
				pushes += 1;
				if (pushes > 1) return await inner.push(commit, expected, until);
				if (lands) await inner.push(commit, expected, until);
				return await new Promise(() => undefined);
			},
		});
		const { clock, repository, text, delivery } = startCommitStage(
			{ [path]: splitManifest },
			{ wrap: hanging },
		);
		const delivering = delivery.deliver(anEditChange(), signal);
		await clock.advance(10_100);
		t.is((await delivering).kind, 'delivered');
		t.is(repository.log().filter(isOurs).length, 1);
		t.is(await text(path), awayManifest);
	}
});

test('F3 a server that does not answer is said to be unreachable after 10 s', async (t) => {
	const silent = (inner: MemoryRepository): Repository => ({
		...inner,
		refresh: () => new Promise(() => undefined),
	});
	const { clock, delivery } = startCommitStage({ [path]: splitManifest }, { wrap: silent });
	const delivering = delivery.deliver(anEditChange(), signal);
	await clock.advance(10_100);
	t.like(await delivering, {
		kind: 'rejected',
		retry: 'soon',
		problem: { code: 'E_GIT_UNREACHABLE', message: 'no answer within 10s' },
	});
});

test('F-108 an edit of the same file elsewhere in it survives, byte for byte', async (t) => {
	const theirs = splitManifest.replace('spec:', '  labels: {team: "emoji"}   # ours\nspec:');
	const { repository, delivery, text, settle } = startCommitStage({ [path]: splitManifest });
	await repository.refresh(signal);
	repository.commitDirectly({ [path]: theirs }, 'theirs');
	await settle(delivery.deliver(anEditChange(), signal));
	t.is(await text(path), awayManifest.replace('spec:', '  labels: {team: "emoji"}   # ours\nspec:'));
});

const mishap = fc.constantFrom(
	'raced' as const,
	'refused' as const,
	'unknown-not-applied' as const,
	'unknown-applied' as const,
	'theirs' as const,
);

interface Intent {
	readonly share: number;
	readonly mishaps: readonly ('theirs' | PushFailure)[];
}

const intents: fc.Arbitrary<readonly Intent[]> = fc.array(
	fc.record({ share: fc.integer({ min: 0, max: 9 }), mishaps: fc.array(mishap, { maxLength: 4 }) }),
	{ minLength: 1, maxLength: 6 },
);

/** Has the weights delivered amid mishaps, as often as it takes. */
async function insist(
	{ repository, delivery, settle }: CommitStage,
	{ share, mishaps }: Intent,
): Promise<string> {
	for (const each of mishaps) {
		if (each === 'theirs') repository.commitDirectly({ theirs: `${repository.log().length}` }, 'theirs');
		else repository.faults.inject({ kind: 'fail-next-pushes', times: 1, outcome: each });
	}
	const to = weights({ 'emoji-svc': share, 'emoji-svc-west': 10 - share });
	let end = '';
	for (let tries = 0; tries < 6 && end !== 'delivered' && end !== 'unchanged'; tries += 1) {
		end = (await settle(delivery.deliver(anEditChange({ shift: aShift({ to }) }), signal))).kind;
	}
	return end;
}

test('whatever befalls pushes, nobody’s commit is lost, each intent is committed once, and the last one is there', async (t) => {
	const manifest = writeSplit([
		'- {service: emoji-svc, weight: 99}',
		'- {service: emoji-svc-west, weight: 1}',
	]);
	await fc.assert(
		fc.asyncProperty(intents, async (plan) => {
			const stage = startCommitStage({ [path]: manifest });
			for (const intent of plan) {
				t.true(['delivered', 'unchanged'].includes(await insist(stage, intent)));
				t.regex(await stage.text(path), new RegExp(`emoji-svc, weight: ${intent.share}}`));
			}
			const news = plan.filter(({ share }, index) => share !== plan[index - 1]?.share).length;
			t.is(stage.repository.log().filter(isOurs).length, news);
			const foreign = plan.flatMap(({ mishaps }) => mishaps).filter((each) => each === 'theirs').length;
			t.is(stage.repository.log().filter(({ message }) => message === 'theirs').length, foreign);
		}),
		{ numRuns: 40 },
	);
});
