import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Files that git or ssh must be given by name; nobody else can read them. */
export interface AccessFiles {
	/** Writes `name` unless it says this already. Returns its path. */
	place(name: string, text: string, kind?: 'data' | 'program'): Promise<string>;
}

/** `folder` is made when it is first needed. */
export function createAccessFiles(folder: string): AccessFiles {
	const placed = new Map<string, string>();
	let drafts = 0;
	return {
		async place(name, text, kind = 'data') {
			const path = join(folder, name);
			if (placed.get(name) === text) return path;
			const mode = kind === 'program' ? 0o700 : 0o600;
			await mkdir(folder, { recursive: true, mode: 0o700 });
			// Two runs of git may want it at once, and neither may meet half a file.
			drafts += 1;
			const draft = `${path}.${drafts}`;
			await writeFile(draft, text, { mode });
			await chmod(draft, mode);
			await rename(draft, path);
			placed.set(name, text);
			return path;
		},
	};
}
