import { chmod, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { makeFolder, type Owner } from './temporary-folder.ts';

/** Programs that note their arguments before they do what they always do. */
export interface RecordedPrograms {
	/** A PATH that leads to them first. */
	readonly path: string;
	/** Their calls so far, as `git fetch --quiet`. */
	calls(): Promise<readonly string[]>;
}

/** The record is an artefact like any other: a secret among the arguments fails its owner in the end. */
export async function recordPrograms(t: Owner, names: readonly string[]): Promise<RecordedPrograms> {
	const folder = await makeFolder(t);
	const [record, path = ''] = [join(folder, 'calls'), process.env['PATH']];
	for (const name of names) {
		const file = join(folder, name);
		// One write a call, so that calls at the same time do not mix.
		const note = `printf '%s\\n' "${name} $(printf '%s ' "$@" | tr '\\n' ' ')" >>'${record}'`;
		await writeFile(file, `#!/bin/sh\n${note}\nPATH='${path}' exec ${name} "$@"\n`);
		await chmod(file, 0o755);
	}
	return {
		path: [folder, path].join(delimiter),
		async calls() {
			const lines = await readFile(record, 'utf8').catch(() => '');
			return lines.split('\n').filter((line) => line !== '');
		},
	};
}
