import test from 'ava';
import { openGitSecret } from '../../src/cli/git-secret.ts';
import type { KubernetesObject } from '../../src/model/ports/cluster.ts';
import { ProblemError, problem } from '../../src/model/problem.ts';
import { aCanary } from '../support/canaries.ts';
import { problemOf } from '../support/problem-of.ts';

const { signal } = new AbortController();
const [one, two, three] = [aCanary('first-login'), aCanary('second-login'), aCanary('third-login')];

function aSecret(data: Readonly<Record<string, string>>): KubernetesObject {
	const packed = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
	return {
		metadata: { name: 'git', namespace: 'flux-system', uid: '1', resourceVersion: '1' },
		data: Object.fromEntries(packed),
	};
}

/** A cluster with one Secret, which may be away. */
function setStage(first: KubernetesObject | undefined) {
	const stage = { secret: first, isAway: false, reads: 0, time: 0 };
	const read = (ref: { readonly namespace: string; readonly name: string }) => {
		stage.reads += 1;
		if (!stage.isAway) return Promise.resolve(ref.name === 'git' ? stage.secret : undefined);
		const where = { kind: 'named', name: 'east' } as const;
		return Promise.reject(new ProblemError(problem('E_CLUSTER_UNREACHABLE', { where, message: 'away' })));
	};
	const source = openGitSecret({
		findCluster: () => Promise.resolve({ read }),
		namespace: 'flux-system',
		name: 'git',
		clock: { now: () => stage.time },
	});
	return { stage, source };
}

test('the keys of a Secret are credentials, other keys are not', async (t) => {
	const { source } = setStage(aSecret({ username: 'bot', password: `${one}\n`, other: 'x' }));
	t.deepEqual(await source.read('look', signal), {
		place: 'the Secret flux-system/git',
		values: { username: 'bot', password: one },
	});
});

test('F37 a rotated Secret is seen within half a minute, and at once where the login is refused', async (t) => {
	const { stage, source } = setStage(aSecret({ bearerToken: one }));
	const token = async (effort: 'look' | 'renew') => (await source.read(effort, signal)).values.bearerToken;
	t.is(await token('look'), one);
	stage.secret = aSecret({ bearerToken: two });
	stage.time = 29_999;
	t.is(await token('look'), one);
	t.is(stage.reads, 1);
	stage.time = 30_000;
	t.is(await token('look'), two);
	stage.secret = aSecret({ bearerToken: three });
	t.is(await token('renew'), three);
	t.is(await token('look'), three);
	t.is(stage.reads, 3);
});

test('while the cluster is away, what was read last is used', async (t) => {
	const { stage, source } = setStage(aSecret({ bearerToken: one }));
	const known = await source.read('look', signal);
	stage.isAway = true;
	stage.time = 3_600_000;
	t.deepEqual(await source.read('look', signal), known);
	t.deepEqual(await source.read('renew', signal), known);
});

test('a cluster that was never reached is a problem, and is asked again', async (t) => {
	const { stage, source } = setStage(aSecret({ bearerToken: one }));
	stage.isAway = true;
	t.is((await problemOf(source.read('look', signal)))?.code, 'E_CLUSTER_UNREACHABLE');
	stage.isAway = false;
	t.deepEqual((await source.read('look', signal)).values, { bearerToken: one });
});

test('a Secret that is missing, or holds something else, is told', async (t) => {
	const missing = setStage(undefined).source;
	t.like(await problemOf(missing.read('look', signal)), {
		code: 'E_GIT_CREDENTIALS',
		where: { kind: 'named', name: 'the Secret flux-system/git' },
		message: 'it does not exist',
	});
	const other = setStage(aSecret({ 'tls.key': one })).source;
	t.like(await problemOf(other.read('look', signal)), {
		message: 'it has no key with a name of a credential',
	});
});
