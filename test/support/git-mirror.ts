import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { type MirrorRepository, openRepository, type RepositoryOptions } from '../../src/git/mirror.ts';
import type { ServerUnderTest } from '../contract/branches.ts';
import { mayHoldSecrets } from './canary-search.ts';
import { type BareRepository, createFolder } from './git-remote.ts';
import type { RemoteUnderTest } from './repository-under-test.ts';

const { signal } = new AbortController();

/** Opens branch `main` over a new mirror, which goes with the test. */
export async function openMirror(
	t: ExecutionContext,
	url: string,
	options: Partial<RepositoryOptions> = {},
): Promise<MirrorRepository> {
	const folder = options.folder ?? (await createFolder(t));
	// ssh takes a key from a file alone.
	mayHoldSecrets(join(folder, 'access', 'identity'));
	const environment = { PATH: process.env['PATH'] };
	return openRepository(
		{ branch: 'main', allowInsecure: true, environment, ...options, url, folder },
		signal,
	);
}

/** A hook body that runs once. */
const once = 'rm -- "$0"';

/** The contract's view of a bare repository that is reached by `url`. */
export function presentRemote(
	t: ExecutionContext,
	bare: BareRepository,
	url: string,
	options: Partial<RepositoryOptions> = {},
): RemoteUnderTest {
	return {
		open: () => openMirror(t, url, options),
		commitDirectly: bare.commit,
		log: bare.log,
		async moveBranch(commit) {
			await bare.git('update-ref', 'refs/heads/main', commit);
		},
		async deleteBranch() {
			await bare.git('branch', '--move', 'main', 'elsewhere');
		},
		failNextPush(failure) {
			switch (failure) {
				case 'refused':
					return bare.hook('pre-receive', `${once}; echo "simulated refusal" >&2; exit 1`);
				case 'unknown-not-applied':
					return bare.hook('pre-receive', `${once}; kill -9 $PPID`);
				case 'unknown-applied':
					return bare.hook('reference-transaction', `[ "$1" = committed ] || exit 0; ${once}; kill -9 $PPID`);
			}
		},
	};
}

/** The contract's view of all branches of a bare repository that is reached by `url`. */
export function presentServer(t: ExecutionContext, bare: BareRepository, url: string): ServerUnderTest {
	const tip = async (branch: string) => (await bare.git('rev-parse', `refs/heads/${branch}`)).trim();
	return {
		open: () => openMirror(t, url),
		async commitDirectly(branch, changes, message) {
			const before = await tip('main');
			const isThere = (await bare.git('for-each-ref', `refs/heads/${branch}`)) !== '';
			if (isThere) await bare.git('update-ref', 'refs/heads/main', await tip(branch));
			const commit = await bare.commit(changes, message);
			await bare.git('update-ref', 'refs/heads/main', branch === 'main' ? commit : before);
			await bare.git('update-ref', `refs/heads/${branch}`, commit);
			return commit;
		},
		async deleteBranch(branch) {
			await bare.git('update-ref', '-d', `refs/heads/${branch}`);
		},
		async branches() {
			const text = await bare.git('for-each-ref', '--format=%(refname:lstrip=2) %(objectname)', 'refs/heads');
			const lines = text.trim().split('\n');
			return new Map(lines.map((line) => line.split(' ') as [string, string]));
		},
		failNextPush: presentRemote(t, bare, url).failNextPush,
	};
}
