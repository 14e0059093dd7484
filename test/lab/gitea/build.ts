import { execFile } from 'node:child_process';
import { glob, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { buildPackage } from '../build.ts';
import { goEnvironment } from '../parts.ts';
import {
	findHindrance,
	type GiteaPrograms,
	giteaModule,
	giteaPackage,
	isGiteaBuilt,
	locateGitea,
} from './programs.ts';

/** Builds Gitea where it is not there yet; without a C compiler, says that it is left out. Throws where it fails. */
export async function buildGitea(tell: (line: string) => void): Promise<GiteaPrograms | undefined> {
	const programs = await locateGitea(process.env);
	if (programs === undefined) throw new Error('no Go to build Gitea with');
	if (isGiteaBuilt(programs)) return programs;
	const hindrance = await findHindrance();
	if (hindrance !== undefined) {
		tell(`Gitea is left out: ${hindrance}`);
		return undefined;
	}
	const start = Date.now();
	await mkdir(dirname(programs.gitea), { recursive: true });
	await copyFiles(programs.files);
	await buildPackage(giteaModule, giteaPackage, programs.gitea);
	tell(`Gitea built in ${Math.round((Date.now() - start) / 1000)} s`);
	return programs;
}

/** What of the module's files Gitea reads: no other language, and nothing of its pages' scripts and pictures. */
const wanted = [
	'templates/**/*',
	'options/{fileicon,gitignore,label,license,readme}/*',
	'options/locale/locale_en-US.json',
];

/** Released modules hold no built scripts; the list of them must be there all the same. */
const manifest = 'public/assets/.vite/manifest.json';

/** Copies what Gitea reads out of the module cache, which may be cleaned. The folder appears whole or not at all. */
async function copyFiles(folder: string): Promise<void> {
	const module = await locateModule();
	const partial = `${folder}.${process.pid}.partial`;
	try {
		for await (const entry of glob(wanted, { cwd: module, withFileTypes: true })) {
			if (!entry.isFile()) continue;
			const source = join(entry.parentPath, entry.name);
			await put(partial, source.slice(module.length + 1), await readFile(source));
		}
		await put(partial, manifest, '{}');
		await rm(folder, { recursive: true, force: true });
		await rename(partial, folder);
	} finally {
		await rm(partial, { recursive: true, force: true });
	}
}

/** Readable by whoever Gitea runs as. */
async function put(folder: string, path: string, content: string | Uint8Array): Promise<void> {
	const file = join(folder, path);
	await mkdir(dirname(file), { recursive: true, mode: 0o755 });
	await writeFile(file, content, { mode: 0o644 });
}

async function locateModule(): Promise<string> {
	const options = { cwd: giteaModule.folder, env: goEnvironment() };
	// It may be in the build cache only.
	await promisify(execFile)('go', ['mod', 'download', giteaPackage], options);
	const { stdout } = await promisify(execFile)('go', ['list', '-m', '-f', '{{.Dir}}', giteaPackage], options);
	return stdout.trim();
}
