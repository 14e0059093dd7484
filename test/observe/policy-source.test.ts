import test, { type ExecutionContext } from 'ava';
import type { CommitVerifier } from '../../src/model/ports/commit-verifier.ts';
import type { CommitId, Repository } from '../../src/model/ports/repository.ts';
import { ProblemError, problem } from '../../src/model/problem.ts';
import { createBranchHints } from '../../src/observe/branch-hints.ts';
import { followPolicies } from '../../src/observe/policy-source.ts';
import type { NewFiles } from '../../src/simulator/memory-history.ts';
import { createMemoryRepository } from '../../src/simulator/memory-repository.ts';
import { createVirtualClock } from '../../src/simulator/virtual-clock.ts';
import { configFiles, spillwayYaml } from '../support/config-repository.ts';

function follow(
	t: ExecutionContext,
	files: NewFiles,
	wrap: (repository: Repository) => Repository = (r) => r,
	verifier?: CommitVerifier,
) {
	const clock = createVirtualClock();
	const repository = createMemoryRepository({ files });
	const news: string[] = [];
	/** Seconds from the start at which the branch was looked at. */
	const looks: number[] = [];
	const hints = createBranchHints();
	const life = new AbortController();
	const start = clock.now();
	const wrapped = wrap(repository);
	const following = followPolicies(
		{
			repository: {
				...wrapped,
				refresh(signal) {
					looks.push((clock.now() - start) / 1000);
					return wrapped.refresh(signal);
				},
			},
			verifier,
			hints,
			clock,
			random: () => 0,
			interval: 15_000,
			onRevision: ({ policies }) => news.push(`${policies.length} policies`),
			onProblem: ({ code }) => news.push(code),
		},
		life.signal,
	);
	t.teardown(() => life.abort());
	return { clock, repository, news, looks, hints, life, following };
}

test('each new tip is told once, and an old one never again', async (t) => {
	const { clock, repository, news } = follow(t, configFiles);
	await clock.advance(45_000);
	t.deepEqual(news, ['2 policies']);
	repository.commitDirectly({ 'policies/web.yaml': null }, 'one less');
	await clock.advance(14_999);
	t.deepEqual(news, ['2 policies']);
	await clock.advance(1);
	t.deepEqual(news, ['2 policies', '1 policies']);
});

test('B-110 an empty repository is told, and its first commit is taken up soon', async (t) => {
	const { clock, repository, news } = follow(t, {});
	await clock.advance(0);
	t.deepEqual(news, ['E_GIT_EMPTY']);
	repository.commitDirectly(configFiles, 'the first commit');
	await clock.advance(250);
	t.deepEqual(news, ['E_GIT_EMPTY', '2 policies']);
});

test('a repository that cannot be reached is tried again, at least as often as it would be looked at', async (t) => {
	const { clock, repository, news } = follow(t, configFiles);
	await clock.advance(1);
	repository.faults.inject({ kind: 'unreachable', on: true });
	await clock.advance(600_000);
	t.deepEqual(new Set(news), new Set(['2 policies', 'E_GIT_UNREACHABLE']));
	const tries = news.length - 1;
	t.true(tries >= 40 && tries <= 48, String(tries));
	repository.faults.inject({ kind: 'unreachable', on: false });
	repository.commitDirectly({ 'spillway.yaml': `${spillwayYaml}# changed\n` }, 'meanwhile');
	await clock.advance(15_000);
	t.is(news.at(-1), '2 policies');
});

test('a commit that could not be read whole is read again', async (t) => {
	const where = { kind: 'named', name: 'memory:config' } as const;
	const cut = new ProblemError(problem('E_GIT_UNREACHABLE', { where, message: 'the connection broke' }));
	let failures = 1;
	const { clock, news } = follow(t, configFiles, (repository) => ({
		...repository,
		read: (blob, signal) => (failures-- > 0 ? Promise.reject(cut) : repository.read(blob, signal)),
	}));
	await clock.advance(15_000);
	t.deepEqual(news, ['E_GIT_UNREACHABLE', '2 policies']);
});

test('it ends when it is told to, in the middle of a wait as well', async (t) => {
	const { clock, news, life, following } = follow(t, configFiles);
	await clock.advance(1);
	life.abort();
	await following;
	t.deepEqual(news, ['2 policies']);
});

test('a fault of our own is not taken for one of the repository', async (t) => {
	const { following } = follow(t, configFiles, (repository) => ({
		...repository,
		refresh: () => Promise.reject(new TypeError('our own')),
	}));
	await t.throwsAsync(following, { instanceOf: TypeError });
});

/** Trusts what it is told to, and writes down what it was asked. */
function trust(...commits: readonly CommitId[]) {
	const trusted = new Set(commits);
	const asked: (readonly [CommitId, CommitId | undefined])[] = [];
	let reason = 'is not signed';
	const verifier: CommitVerifier = {
		verify(tip, before) {
			asked.push([tip, before]);
			const where = { kind: 'named', name: 'memory:config' } as const;
			const refused = problem('E_UNTRUSTED', { where, message: `${tip} ${reason}` });
			return Promise.resolve(trusted.has(tip) ? { kind: 'trusted' } : { kind: 'refused', problem: refused });
		},
	};
	return {
		verifier,
		asked,
		allow: (commit: CommitId) => trusted.add(commit),
		complain: (other: string) => {
			reason = other;
		},
	};
}

test('F-137 a tip that is not trusted puts nothing in force, and is told once', async (t) => {
	const court = trust();
	const { clock, repository, news } = follow(t, configFiles, (r) => r, court.verifier);
	const { signal } = new AbortController();
	await clock.advance(60_000);
	t.deepEqual(news, ['E_UNTRUSTED']);
	const first = await repository.refresh(signal);
	court.allow(first);
	await clock.advance(15_000);
	t.deepEqual(news, ['E_UNTRUSTED', '2 policies']);
	const unsigned = repository.commitDirectly({ 'policies/web.yaml': null }, 'unsigned');
	await clock.advance(60_000);
	t.deepEqual(news, ['E_UNTRUSTED', '2 policies', 'E_UNTRUSTED']);
	const signed = repository.commitDirectly({ note: 'signed' }, 'signed, on top');
	await clock.advance(60_000);
	t.deepEqual(news, ['E_UNTRUSTED', '2 policies', 'E_UNTRUSTED', 'E_UNTRUSTED']);
	t.deepEqual(court.asked.at(0), [first, undefined]);
	t.deepEqual([...new Set(court.asked.slice(-8).map(([tip]) => tip))], [unsigned, signed]);
	t.true(court.asked.slice(-8).every(([, before]) => before === first));
	court.allow(signed);
	await clock.advance(15_000);
	t.is(news.at(-1), '1 policies');
});

test('F-138 another reason for the same tip is told as well', async (t) => {
	const court = trust();
	const { clock, news } = follow(t, configFiles, (r) => r, court.verifier);
	await clock.advance(30_000);
	court.complain('is signed with a key that has expired');
	await clock.advance(30_000);
	t.deepEqual(news, ['E_UNTRUSTED', 'E_UNTRUSTED']);
});

test('F-124 what cannot be verified for want of an answer is tried again, and puts nothing in force', async (t) => {
	const where = { kind: 'named', name: 'memory:config' } as const;
	const cut = new ProblemError(problem('E_GIT_UNREACHABLE', { where, message: 'the connection broke' }));
	let failures = 1;
	const verifier: CommitVerifier = {
		verify: () => (failures-- > 0 ? Promise.reject(cut) : Promise.resolve({ kind: 'trusted' })),
	};
	const { clock, news } = follow(t, configFiles, (r) => r, verifier);
	await clock.advance(0);
	t.deepEqual(news, ['E_GIT_UNREACHABLE']);
	await clock.advance(250);
	t.deepEqual(news, ['E_GIT_UNREACHABLE', '2 policies']);
});

test('without a verifier a branch that was moved back is followed, with a warning', async (t) => {
	let forced: CommitId | undefined;
	const { clock, repository, news } = follow(t, configFiles, (real) => ({
		...real,
		refresh: (signal) => (forced === undefined ? real.refresh(signal) : Promise.resolve(forced)),
	}));
	const first = await repository.refresh(new AbortController().signal);
	await clock.advance(1);
	repository.commitDirectly({ 'policies/web.yaml': null }, 'one less');
	await clock.advance(15_000);
	forced = first;
	await clock.advance(15_000);
	t.deepEqual(news, ['2 policies', '1 policies', '2 policies', 'W_BASE_REWRITTEN']);
});

test('a hint brings the next look forward', async (t) => {
	const { clock, repository, news, looks, hints } = follow(t, configFiles);
	await clock.advance(5_000);
	hints.hint(repository.commitDirectly({ 'policies/web.yaml': null }, 'one less'));
	await clock.advance(0);
	t.deepEqual(news, ['2 policies', '1 policies']);
	await clock.advance(25_000);
	t.deepEqual(looks, [0, 5, 20]);
});

test('F-127 a hint that is lost is made up for by the next look', async (t) => {
	const { clock, repository, news } = follow(t, configFiles);
	await clock.advance(5_000);
	repository.commitDirectly({ 'policies/web.yaml': null }, 'one less');
	await clock.advance(10_000);
	t.deepEqual(news, ['2 policies', '1 policies']);
});

test('F-128 however many hints come, there is one look per second', async (t) => {
	const { clock, looks, hints } = follow(t, configFiles);
	await clock.advance(10_000);
	for (let step = 0; step < 500; step += 1) {
		for (let each = 0; each < 100; each += 1) hints.hint();
		await clock.advance(10);
	}
	await clock.advance(10_000);
	t.deepEqual(looks, [0, 10, 11, 12, 13, 14, 15]);
});

test('F-129 a commit that is announced and not visible yet is looked for until it is seen', async (t) => {
	let hidden: CommitId | undefined;
	const { clock, repository, news, looks, hints } = follow(t, configFiles, (real) => ({
		...real,
		refresh: (signal) => (hidden === undefined ? real.refresh(signal) : Promise.resolve(hidden)),
	}));
	hidden = await repository.refresh(new AbortController().signal);
	await clock.advance(4_000);
	hints.hint(repository.commitDirectly({ 'policies/web.yaml': null }, 'one less'));
	await clock.advance(30_000);
	t.deepEqual(looks, [0, 4, 6, 9, 14, 19, 24, 29, 34]);
	hidden = undefined;
	await clock.advance(5_000);
	t.deepEqual(news, ['2 policies', '1 policies']);
	await clock.advance(29_000);
	t.deepEqual(looks.slice(9), [39, 54]);
});

test('F-129 a commit that never appears is given up after a minute, and one that was seen before is not looked for', async (t) => {
	const { clock, repository, looks, hints } = follow(t, configFiles);
	const first = await repository.refresh(new AbortController().signal);
	await clock.advance(4_000);
	hints.hint('f'.repeat(40));
	await clock.advance(60_000);
	t.is(looks.at(-1), 64);
	await clock.advance(30_000);
	t.deepEqual(looks.slice(-3), [64, 79, 94]);
	hints.hint(first);
	await clock.advance(14_000);
	t.deepEqual(looks.slice(-2), [94, 95]);
});

test('F-129 a newer announcement takes the place of an older one', async (t) => {
	const { clock, repository, looks, hints } = follow(t, configFiles);
	await clock.advance(4_000);
	hints.hint('e'.repeat(40));
	await clock.advance(2_500);
	hints.hint(repository.commitDirectly({ 'policies/web.yaml': null }, 'one less'));
	await clock.advance(20_000);
	t.deepEqual(looks, [0, 4, 6, 7, 22]);
});
