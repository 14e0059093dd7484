import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearFolder } from './canary-search.ts';

/** A test, or whatever else comes to an end. */
export interface Owner {
	teardown(undo: () => Promise<void>): void;
}

/** A folder of its own, which goes with its owner, and then must hold no secret but where secrets belong. */
export async function makeFolder(t: Owner): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), 'spillway-test-'));
	t.teardown(() => clearFolder(folder));
	return folder;
}
