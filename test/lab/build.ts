// Builds what is missing of the lab's parts, one after another: each link alone takes gigabytes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
	findCacheFolder,
	findParts,
	type GoModule,
	goEnvironment,
	labModule,
	missingParts,
	type Part,
	type Parts,
	packages,
} from './parts.ts';

/** Every part of `wanted`, built where it is not there yet. Throws where that cannot be done. */
export async function buildParts(wanted: readonly Part[], tell: (line: string) => void): Promise<Parts> {
	const missing = missingParts(wanted, await findParts(wanted, process.env));
	if (missing.length > 0) {
		const folder = await findCacheFolder(process.env);
		if (folder === undefined) throw new Error(`no Go to build ${missing.join(', ')} with`);
		await mkdir(folder, { recursive: true });
		for (const part of missing) {
			const start = Date.now();
			await buildPackage(labModule, packages[part], join(folder, part));
			tell(`${part} built in ${Math.round((Date.now() - start) / 1000)} s`);
		}
	}
	return findParts(wanted, process.env);
}

/** Builds a package of a module. The executable appears whole or not at all, whoever else builds it. */
export async function buildPackage(
	{ folder, linkerFlags, tags = '', cgo }: GoModule,
	path: string,
	file: string,
): Promise<void> {
	const partial = `${file}.${process.pid}.partial`;
	const flags = ['-mod=readonly', '-buildvcs=false', '-tags', tags, '-ldflags', linkerFlags];
	const go = spawn('go', ['build', ...flags, '-o', partial, path], {
		cwd: folder,
		env: { ...goEnvironment(), ...(cgo ? { CGO_ENABLED: '1' } : {}) },
		stdio: ['ignore', 'ignore', 'pipe'],
	});
	const errors: Buffer[] = [];
	go.stderr.on('data', (chunk) => errors.push(chunk));
	try {
		const [status] = await once(go, 'close');
		if (status !== 0) throw new Error(`go build ${path} failed:\n${Buffer.concat(errors)}`);
		await rename(partial, file);
	} finally {
		await rm(partial, { force: true });
	}
}
