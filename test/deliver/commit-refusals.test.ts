import test from 'ava';
import { retryOfCommit } from '../../src/deliver/rejection.ts';
import type { ProblemCode } from '../../src/model/catalogue.ts';
import type { NewCommit, Repository } from '../../src/model/ports/repository.ts';
import { ProblemError, problem } from '../../src/model/problem.ts';
import type { MemoryRepository } from '../../src/simulator/memory-repository.ts';
import { anEditChange } from '../support/changes.ts';
import { isOurs, startCommitStage } from '../support/commit-stage.ts';
import { awayManifest, splitManifest } from '../support/manifests.ts';
import { watchCalls } from '../support/noted-repository.ts';

const path = 'clusters/east/emoji.yaml';
const { signal } = new AbortController();

const refusals: readonly (readonly [title: string, code: ProblemCode])[] = [
	['F-119 a hook that declines', 'E_GIT_REFUSED'],
	['F7, F-120 a protected branch', 'E_GIT_PROTECTED'],
	['F8 a server that wants signed commits', 'E_GIT_SIGNATURE'],
];

for (const [title, code] of refusals) {
	test(`${title} is met once, with the server’s words, and not again for minutes`, async (t) => {
		const where = { kind: 'named', name: 'memory:config' } as const;
		const refusal = problem(code, { where, message: 'refused', got: 'GH006: protected branch' });
		let pushes = 0;
		const refusing = (inner: MemoryRepository): Repository => ({
			...inner,
			push() {
				pushes += 1;
				return Promise.resolve({ kind: 'refused', problem: refusal });
			},
		});
		const { delivery, settle } = startCommitStage({ [path]: splitManifest }, { wrap: refusing });
		const receipt = await settle(delivery.deliver(anEditChange(), signal));
		t.deepEqual(receipt, { kind: 'rejected', problem: refusal, retry: 'later' });
		t.is(pushes, 1);
	});
}

test('F6 credentials that may not push are a matter of the access to the server, which does not knock again by itself', (t) => {
	const where = { kind: 'named', name: 'memory:config' } as const;
	t.is(retryOfCommit(problem('E_GIT_AUTH', { where, message: 'refused' })), 'soon');
});

test('what a refused commit left out keeps its own result', async (t) => {
	const { repository, delivery, settle } = startCommitStage({ [path]: splitManifest });
	await repository.refresh(signal);
	repository.faults.inject({ kind: 'fail-next-pushes', times: 1, outcome: 'refused' });
	const lost = anEditChange({ policy: 'emojivoto/lost', target: { ...anEditChange().target, name: 'lost' } });
	const receipts = await settle(
		Promise.all([anEditChange(), lost].map((change) => delivery.deliver(change, signal))),
	);
	t.like(receipts[0], { kind: 'rejected', retry: 'later', problem: { code: 'E_GIT_REFUSED' } });
	t.like(receipts[1], { kind: 'rejected', retry: 'on-change', problem: { code: 'E_MANIFEST_MISSING' } });
});

test('a commit that cannot be signed is not pushed, and not tried again for minutes', async (t) => {
	const calls: string[] = [];
	const unsigned = problem('E_SIGNING', {
		where: { kind: 'named', name: 'signing key' },
		message: 'the key cannot be read',
	});
	const wrap = (inner: MemoryRepository): Repository => ({
		...inner,
		commit: () => Promise.reject(new ProblemError(unsigned)),
		push: () => {
			calls.push('push');
			return Promise.resolve({ kind: 'pushed' });
		},
	});
	const { delivery, settle } = startCommitStage({ [path]: splitManifest }, { wrap });
	const receipt = await settle(delivery.deliver(anEditChange(), signal));
	t.deepEqual(receipt, { kind: 'rejected', problem: unsigned, retry: 'later' });
	t.deepEqual(calls, []);
});

test('F13 a manifest that is no valid YAML is named by its place, left as it is, and the others are committed', async (t) => {
	const bad = splitManifest.replace('name: emoji-svc', 'name: bad').replace('spec:', 'spec: {');
	const files = { [path]: splitManifest, 'clusters/east/bad.yaml': bad };
	const { delivery, text, settle } = startCommitStage(files);
	const broken = anEditChange({ policy: 'emojivoto/bad', target: { ...anEditChange().target, name: 'bad' } });
	const receipts = await settle(
		Promise.all([anEditChange(), broken].map((change) => delivery.deliver(change, signal))),
	);
	t.is(receipts[0]?.kind, 'delivered');
	t.like(receipts[1], { kind: 'rejected', retry: 'on-change' });
	t.is(await text('clusters/east/bad.yaml'), bad);
	t.is(await text(path), awayManifest);
});

test('F35 a commit is not dated before the one it rests on, whatever clock dated that', async (t) => {
	const dates: number[] = [];
	const wrap = (inner: MemoryRepository): Repository => ({
		...inner,
		async history(commit, limit, until) {
			const facts = await inner.history(commit, limit, until);
			return facts.map((each) => ({ ...each, at: 1_900_000_000_000 }));
		},
		commit(commit: NewCommit, until) {
			dates.push(commit.at);
			return inner.commit(commit, until);
		},
	});
	const { delivery, settle } = startCommitStage({ [path]: splitManifest }, { wrap });
	await settle(delivery.deliver(anEditChange({ decidedAt: 1_750_000_123_000 }), signal));
	t.deepEqual(dates, [1_900_000_000_000]);
});

const steps = ['refresh', 'files', 'read', 'history', 'commit', 'push', 'after the push'] as const;

for (const step of steps) {
	test(`F26, F27 a process that dies at ${step} is followed by one that makes exactly one commit`, async (t) => {
		const life = new AbortController();
		const { promise: dead, reject } = Promise.withResolvers<never>();
		life.signal.addEventListener('abort', () => reject(life.signal.reason));
		dead.catch(() => undefined);
		const dying = (inner: MemoryRepository): Repository => {
			const watched = watchCalls(inner, (call) => (call === step ? dead : Promise.resolve()));
			if (step !== 'after the push') return watched;
			return {
				...watched,
				async push(commit, expected, until) {
					await inner.push(commit, expected, until);
					return await dead;
				},
			};
		};
		const stage = startCommitStage({ [path]: splitManifest }, { wrap: dying });
		const dyingDelivery = t.throwsAsync(stage.delivery.deliver(anEditChange(), life.signal));
		await stage.clock.advance(1_000);
		life.abort(new Error('killed'));
		await dyingDelivery;
		const receipt = await stage.settle(stage.open().deliver(anEditChange(), signal));
		t.is(receipt.kind, step === 'after the push' ? 'unchanged' : 'delivered');
		t.is(stage.repository.log().filter(isOurs).length, 1);
		t.is(await stage.text(path), awayManifest);
	});
}
