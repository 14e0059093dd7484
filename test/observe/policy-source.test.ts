import test, { type ExecutionContext } from 'ava';
import type { Repository } from '../../src/model/ports/repository.ts';
import { ProblemError, problem } from '../../src/model/problem.ts';
import { followPolicies } from '../../src/observe/policy-source.ts';
import type { NewFiles } from '../../src/simulator/memory-history.ts';
import { createMemoryRepository } from '../../src/simulator/memory-repository.ts';
import { createVirtualClock } from '../../src/simulator/virtual-clock.ts';
import { configFiles, spillwayYaml } from '../support/config-repository.ts';

function follow(
	t: ExecutionContext,
	files: NewFiles,
	wrap: (repository: Repository) => Repository = (r) => r,
) {
	const clock = createVirtualClock();
	const repository = createMemoryRepository({ files });
	const news: string[] = [];
	const life = new AbortController();
	const following = followPolicies(
		{
			repository: wrap(repository),
			clock,
			random: () => 0,
			interval: 15_000,
			onRevision: ({ policies }) => news.push(`${policies.length} policies`),
			onProblem: ({ code }) => news.push(code),
		},
		life.signal,
	);
	t.teardown(() => life.abort());
	return { clock, repository, news, life, following };
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
