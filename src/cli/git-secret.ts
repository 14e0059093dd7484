import {
	type CredentialSource,
	type Credentials,
	credentialsError,
	pickCredentials,
} from '../git/access/credentials.ts';
import type { Clock } from '../model/ports/clock.ts';
import type { Cluster, Resource } from '../model/ports/cluster.ts';
import type { Instant, Milliseconds } from '../model/time.ts';
import { isRecord } from '../model/unstructured.ts';

export interface GitSecretOptions {
	/** The cluster the Secret is in. */
	readonly findCluster: (signal: AbortSignal) => Promise<Pick<Cluster, 'read'>>;
	readonly namespace: string;
	readonly name: string;
	readonly clock: Pick<Clock, 'now'>;
}

const secrets: Resource = { group: '', versions: ['v1'], plural: 'secrets' };

/** How long what was read counts as known; a refused login has it read at once. */
const freshness: Milliseconds = 30_000;

/** How long the Secret may take to be read. */
const patience: Milliseconds = 10_000;

/**
 * Credentials in a Secret of a cluster. While its API server is away, what was read last goes on: Git must not fail
 * because a cluster does.
 */
export function openGitSecret({ findCluster, namespace, name, clock }: GitSecretOptions): CredentialSource {
	const place = `the Secret ${namespace}/${name}`;
	let known: Credentials | undefined;
	let readAt: Instant = Number.NEGATIVE_INFINITY;

	const readNow = async (caller: AbortSignal): Promise<Credentials> => {
		const signal = AbortSignal.any([caller, AbortSignal.timeout(patience)]);
		const cluster = await findCluster(signal);
		const secret = await cluster.read({ resource: secrets, namespace, name }, signal);
		if (secret === undefined) {
			throw credentialsError(place, 'it does not exist', 'create it, or correct --git-secret');
		}
		const data = isRecord(secret['data']) ? secret['data'] : {};
		const values = pickCredentials((key) => decode(data[key]));
		if (Object.keys(values).length > 0) return { place, values };
		const remedy = 'give it the keys of a Secret of Flux: username and password, bearerToken, or identity';
		throw credentialsError(place, 'it has no key with a name of a credential', remedy);
	};

	return {
		async read(effort, signal) {
			const now = clock.now();
			if (known !== undefined && effort === 'look' && now < readAt + freshness) return known;
			readAt = now;
			try {
				known = await readNow(signal);
			} catch (error) {
				if (known === undefined || signal.aborted) throw error;
			}
			return known;
		},
	};
}

function decode(packed: unknown): string | undefined {
	return typeof packed === 'string' ? Buffer.from(packed, 'base64').toString('utf8') : undefined;
}
