import test from 'ava';
import { readHeadChange, touchesPolicies } from '../../../src/cli/policy-review/head-change.ts';
import { createReadApart } from '../../../src/cli/policy-review/read-apart.ts';
import { systemClock } from '../../../src/cli/system-clock.ts';
import { configFiles } from '../../support/config-repository.ts';
import { openMirror } from '../../support/git-mirror.ts';
import { createBareRepository } from '../../support/git-remote.ts';
import { writePolicy } from '../../support/policy-documents.ts';

const { signal } = new AbortController();

test('a head that only a pull request names is fetched from a real Git server, and compared with where it left the base', async (t) => {
	const bare = await createBareRepository(t, configFiles);
	for (let index = 0; index < 20; index += 1) await bare.commit({ [`docs/${index}.md`]: 'x\n' }, 'before');
	const fork = (await bare.git('rev-parse', 'refs/heads/main')).trim();
	const head = await bare.commit(
		{ 'policies/web.yaml': writePolicy('web', 'web', 'mode: Paused') },
		'change',
	);
	// As GitHub, Gitea and GitLab keep the heads of forks.
	await bare.git('update-ref', 'refs/pull/1/head', head);
	await bare.git('update-ref', 'refs/heads/main', fork);
	const base = await bare.commit({ 'policies/new.yaml': writePolicy('new', 'new') }, 'the base goes on');
	const repository = await openMirror(t, bare.url);
	t.is(await repository.refresh(signal), base);
	const change = await readHeadChange(repository, { base, head }, signal);
	t.deepEqual(
		change.files.map(({ path }) => path),
		['policies/web.yaml'],
	);
	t.true(await touchesPolicies(repository, change, signal));
	const { news, old, changed, removed } = await createReadApart(systemClock)(repository, change, signal);
	t.deepEqual(
		news.map(({ problem }) => problem.code),
		['E_ENUM'],
	);
	t.deepEqual([old, changed, removed], [0, [], []]);
});

test('a head that the server does not have is a problem of that head alone', async (t) => {
	const bare = await createBareRepository(t, configFiles);
	const repository = await openMirror(t, bare.url);
	const base = await repository.refresh(signal);
	const lost = repository.history('f'.repeat(40), 1, signal);
	t.like(await t.throwsAsync(lost), { problem: { code: 'E_GIT_UNREACHABLE' } });
	t.is(await repository.refresh(signal), base);
});
