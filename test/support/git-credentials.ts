import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { CredentialSource, CredentialValues } from '../../src/git/access/credentials.ts';
import { mayHoldSecrets } from './canary-search.ts';
import { createFolder } from './git-remote.ts';

/** A folder as a Secret is mounted: one file per key. */
export async function mountSecret(t: ExecutionContext, values: CredentialValues): Promise<string> {
	const folder = mayHoldSecrets(await createFolder(t));
	for (const [key, value] of Object.entries(values))
		await writeFile(join(folder, key), value, { mode: 0o600 });
	return folder;
}

/** Credentials in memory, which a test replaces. */
export interface HeldCredentials extends CredentialSource {
	values: CredentialValues;
	/** How often they were read, and for what. */
	readonly reads: readonly ('look' | 'renew')[];
}

export function holdCredentials(values: CredentialValues): HeldCredentials {
	const reads: ('look' | 'renew')[] = [];
	const held: HeldCredentials = {
		values,
		reads,
		read(effort) {
			reads.push(effort);
			return Promise.resolve({ place: 'the test', values: held.values });
		},
	};
	return held;
}
