import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ExitStatus } from '../model/catalogue.ts';
import { type DocumentKind, documentKinds } from '../policy/document-kinds.ts';
import { jsonSchemaFile } from '../policy/json-schema.ts';
import type { Terminal } from './terminal.ts';

/** Prints the JSON Schema of one kind, or writes those of all kinds below a folder. */
export async function printSchema(
	{ kind, write }: { readonly kind: DocumentKind; readonly write?: string | undefined },
	terminal: Terminal,
): Promise<ExitStatus> {
	if (write === undefined) {
		terminal.out(jsonSchemaFile(kind).text);
		return 0;
	}
	for (const { path, text } of documentKinds.map(jsonSchemaFile)) {
		const file = join(write, path);
		await mkdir(dirname(file), { recursive: true });
		await writeFile(file, text);
		terminal.err(`${file}\n`);
	}
	return 0;
}
