// A ledger kept in a file, for a process outside of any cluster.
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { LedgerStore } from '../model/ports/ledger-store.ts';
import { ProblemError, problem } from '../model/problem.ts';

/** A longer file is none of ours. */
const longest = 64 * 1024 * 1024;

/** Written whole or not at all, readable by its owner alone. One process at a time may use it. */
export function createLedgerFile(path: string): LedgerStore {
	const file = resolve(path);
	const describe = (error: unknown): ProblemError => {
		const message = error instanceof Error ? error.message : String(error);
		const where = { kind: 'named', name: file } as const;
		return new ProblemError(problem('E_LEDGER', { where, message }), { cause: error });
	};
	return {
		name: file,
		async load(signal) {
			try {
				const text = await readFile(file, { encoding: 'utf8', signal });
				if (text.length > longest) throw new RangeError(`it has ${text.length} characters, over ${longest}`);
				return text;
			} catch (error) {
				signal.throwIfAborted();
				if (isMissing(error)) return undefined;
				throw describe(error);
			}
		},
		async save(text, signal) {
			signal.throwIfAborted();
			const draft = `${file}.new`;
			try {
				await mkdir(dirname(file), { recursive: true });
				await writeThrough(draft, text);
				await rename(draft, file);
				await syncFolder(dirname(file));
				return 'saved';
			} catch (error) {
				await rm(draft, { force: true });
				throw describe(error);
			}
		},
		async putAside() {
			await rename(file, `${file}.unreadable`).catch((error) => {
				throw describe(error);
			});
		},
	};
}

async function writeThrough(path: string, text: string): Promise<void> {
	await rm(path, { force: true });
	await using handle = await open(path, 'wx', 0o600);
	await handle.writeFile(text);
	await handle.sync();
}

/** So that the new name survives a power cut as well. */
async function syncFolder(path: string): Promise<void> {
	await using handle = await open(path, 'r');
	await handle.sync();
}

function isMissing(error: unknown): boolean {
	return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
