import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import type { CommitId } from '../../src/model/ports/repository.ts';
import type { BranchArchive } from './branch-archive.ts';
import { type Artifact, formatRevision, type GitRepository } from './git-repository.ts';

/** Artifacts on disk and, over HTTP, on loopback. */
export interface ArtifactStore {
	/** Packs a commit that `archive` has fetched for an object, and keeps it. */
	store(object: GitRepository, commit: CommitId, archive: BranchArchive): Promise<Artifact>;
}

/** Below `folder`, for as long as the process lives. */
export async function openArtifactStore(folder: string): Promise<ArtifactStore> {
	const served = new Map<string, string>();
	const server = createServer(async ({ url = '' }, response) => {
		const file = served.get(url);
		const bytes = file === undefined ? undefined : await readFile(file).catch(() => undefined);
		response.writeHead(bytes === undefined ? 404 : 200).end(bytes);
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const { port } = server.address() as AddressInfo;

	return {
		async store({ metadata, spec }, commit, { pack }) {
			const path = `gitrepository/${metadata.namespace}/${metadata.name}/${commit}.tar.gz`;
			const file = join(folder, path);
			await mkdir(dirname(file), { recursive: true });
			await pack(commit, file);
			served.set(`/${path}`, file);
			const bytes = await readFile(file);
			return {
				url: `http://127.0.0.1:${port}/${path}`,
				path,
				revision: formatRevision(spec.ref.branch, commit),
				digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
				size: bytes.length,
				lastUpdateTime: new Date().toISOString(),
			};
		},
	};
}
