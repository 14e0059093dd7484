import { openCredentialFolder } from '../git/access/credential-folder.ts';
import type { CredentialSource } from '../git/access/credentials.ts';
import type { GitAccess } from '../git/mirror-folder.ts';
import type { Clock } from '../model/ports/clock.ts';
import type { Cluster } from '../model/ports/cluster.ts';
import type { ClusterDirectory } from './cluster-directory.ts';
import { openEnvironmentToken } from './environment-token.ts';
import { usageError } from './exit.ts';
import { openGitSecret } from './git-secret.ts';
import { exchangeAppKeys } from './github-app-source.ts';
import { findHome, type Home, type HomeFlags } from './home.ts';
import { unnamedHome } from './run-mode.ts';

/** What flags say about how the config repository is reached. */
export interface GitFlags extends HomeFlags {
	/** A folder with one file per credential, as a mounted Secret has them. */
	readonly gitCredentials?: string | undefined;
	/** A Secret of the home cluster with them: `namespace/name`. */
	readonly gitSecret?: string | undefined;
	/** Asked for a name and a password over https, as git's credential.helper. */
	readonly credentialHelper?: string | undefined;
}

export interface GitAccessParts {
	/** The repository. */
	readonly url: string;
	readonly clock: Clock;
	readonly home: Home | undefined;
	readonly clusters: ClusterDirectory;
	/** Opens a directory that has another home; whoever gave it closes it. */
	readonly openClusters: (home: Home | undefined) => ClusterDirectory;
}

/** How the config repository is reached. Throws ProblemError (E_FLAG) for flags that do not go together. */
export async function openGitAccess(flags: GitFlags, parts: GitAccessParts): Promise<GitAccess> {
	const { credentialHelper, environment } = flags;
	const { url, clock } = parts;
	const helper = credentialHelper === undefined ? {} : { credentialHelper };
	const source = (await openSource(flags, parts)) ?? openUsualSource(flags, url);
	if (source === undefined) return { ...helper, clock };
	return { ...helper, clock, credentials: exchangeAppKeys({ source, url, clock, environment }) };
}

/** A token of the environment is for https; where nothing else is named, it is the one. */
function openUsualSource(
	{ credentialHelper, environment }: GitFlags,
	url: string,
): CredentialSource | undefined {
	const isHttp = /^https?:/.test(url);
	return isHttp && credentialHelper === undefined ? openEnvironmentToken(environment) : undefined;
}

async function openSource(flags: GitFlags, parts: GitAccessParts): Promise<CredentialSource | undefined> {
	const { gitCredentials, gitSecret } = flags;
	if (gitSecret === undefined) {
		return gitCredentials === undefined ? undefined : openCredentialFolder(gitCredentials);
	}
	if (gitCredentials !== undefined) {
		throw usageError('--git-credentials', 'it says the same as --git-secret', 'give one of the two');
	}
	const [, namespace, name] = /^([a-z0-9-]{1,63})\/([a-z0-9.-]{1,253})$/.exec(gitSecret) ?? [];
	if (namespace === undefined || name === undefined) {
		throw usageError('--git-secret', 'it is not the name of a Secret', 'write it as <namespace>/<name>');
	}
	return openGitSecret({
		findCluster: await chooseCluster(flags, parts),
		namespace,
		name,
		clock: parts.clock,
	});
}

/** The home cluster; where there is none the pod's own, or the one of the kubeconfig's current context. */
async function chooseCluster(
	flags: GitFlags,
	{ home, clusters, openClusters }: GitAccessParts,
): Promise<(signal: AbortSignal) => Promise<Cluster>> {
	if (home === undefined) {
		const own = openClusters(await findHome({ ...flags, mode: { home: unnamedHome, hub: false } }));
		return (signal) => own.find(unnamedHome, signal);
	}
	if (home.access !== undefined) return (signal) => clusters.find(home.name, signal);
	const remedy = 'say how with --context <name>, or run in a pod';
	throw usageError(
		'--git-secret',
		'spillway.yaml comes too late to say how the home cluster is reached',
		remedy,
	);
}
