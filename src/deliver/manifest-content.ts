import { isLfsPointer } from '../model/lfs-pointer.ts';
import type { BlobId, Repository, TreeFile } from '../model/ports/repository.ts';

/** Larger files hold no manifests: nothing people write by hand is over 1 MiB, and parsing blocks the process. */
export const maxManifestBytes = 1_048_576;

/** Why a file cannot be looked into: over 1 MiB, no UTF-8, or only a pointer to its content. */
export type Unreadable = 'large' | 'binary' | 'lfs';

export type Content = { readonly kind: 'text'; readonly text: string } | { readonly kind: Unreadable };

/** A file's text. No more of it is read than may be a manifest. */
export async function readContent(
	repository: Repository,
	blob: BlobId,
	signal: AbortSignal,
): Promise<Content> {
	const bytes = await repository.read(blob, signal, maxManifestBytes);
	return decode(bytes);
}

/** A byte-order mark is kept, since the file is written back. */
function decode(bytes: Uint8Array): Content {
	if (bytes.length > maxManifestBytes) return { kind: 'large' };
	try {
		const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
		return isLfsPointer(text) ? { kind: 'lfs' } : { kind: 'text', text };
	} catch (error) {
		if (error instanceof TypeError) return { kind: 'binary' };
		throw error;
	}
}

/** Symlinks and submodules are followed nowhere. */
export function isRegular({ mode }: Pick<TreeFile, 'mode'>): boolean {
	return mode === 'file' || mode === 'executable';
}
