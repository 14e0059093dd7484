import { readFile, writeFile } from 'node:fs/promises';
import { watchFor } from './canaries.ts';
import { mayHoldSecrets } from './canary-search.ts';

/** Writes a kubeconfig, which is where its tokens belong; anywhere else they fail the test. */
export async function keepKubeconfig(path: string, text: string): Promise<void> {
	await writeFile(path, text, { mode: 0o600 });
	await watchKubeconfig(path);
}

/** The same for one that is there. */
export async function watchKubeconfig(path: string): Promise<void> {
	const text = await readFile(mayHoldSecrets(path), 'utf8');
	for (const [, token = ''] of text.matchAll(/\btoken"?: ?"?([\w.-]{32,})/g))
		watchFor('cluster-token', token);
}
