import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Environment, findCacheFolder, type GoModule, goEnvironment } from '../parts.ts';

/** What Gitea is run by. */
export interface GiteaPrograms {
	/** The executable. */
	readonly gitea: string;
	/** The folder with the templates, options and public files that it reads. */
	readonly files: string;
}

/** How tests come by a Gitea. */
export type GiteaChoice =
	| { readonly kind: 'programs'; readonly programs: GiteaPrograms }
	/** It is built first; that this cannot be done is a failure. */
	| { readonly kind: 'build' }
	| { readonly kind: 'none'; readonly why: string };

export const giteaPackage = 'code.gitea.io/gitea';

/** Of go.mod. */
export const giteaVersion = '1.26.0';

/** Apart from the lab's own, so that neither is built anew for the other's sake. */
export const giteaModule: GoModule = {
	folder: fileURLToPath(new URL('.', import.meta.url)),
	linkerFlags: `-s -w -X main.Version=${giteaVersion}`,
	tags: 'sqlite,sqlite_unlock_notify',
	cgo: true,
};

/** Where Gitea is, or will be once it is built; `undefined` without Go. */
export async function locateGitea(environment: Environment): Promise<GiteaPrograms | undefined> {
	const folder = await findCacheFolder(environment, giteaModule);
	return folder === undefined ? undefined : { gitea: join(folder, 'gitea'), files: join(folder, 'files') };
}

/** What was built before. The executable comes last, so that nothing is missing where it is. */
export function isGiteaBuilt({ gitea }: GiteaPrograms): boolean {
	return existsSync(gitea);
}

/** Whether a Gitea is here, can be built as the rest of the lab, or neither. */
export async function giteaAtHand(environment: Environment = process.env): Promise<GiteaChoice> {
	const programs = await locateGitea(environment);
	if (programs !== undefined && isGiteaBuilt(programs)) return { kind: 'programs', programs };
	if (environment['SPILLWAY_LAB'] !== 'build') {
		return { kind: 'none', why: 'no Gitea: run npm run lab -- build' };
	}
	const why = await findHindrance();
	return why === undefined ? { kind: 'build' } : { kind: 'none', why };
}

/** Why Gitea cannot be built on a machine that builds the rest of the lab. Where there is no Go, building says so. */
export async function findHindrance(): Promise<string | undefined> {
	const old = /requires go >= \S+ \(running go [^;]+/.exec(await complaintOf('go', 'list', '-m'));
	if (old !== null) return `Gitea ${old[0]})`;
	const options = { env: goEnvironment() };
	const compiler = await promisify(execFile)('go', ['env', 'CC'], options).catch(() => undefined);
	if (compiler === undefined) return undefined;
	const cc = compiler.stdout.trim();
	if ((await complaintOf(cc, '--version')) === '') return undefined;
	return `no C compiler ${cc}, which its SQLite is built with`;
}

/** What a command fails with in the module's folder; nothing where it does not. */
async function complaintOf(program: string, ...args: readonly string[]): Promise<string> {
	try {
		await promisify(execFile)(program, args, { cwd: giteaModule.folder, env: goEnvironment() });
		return '';
	} catch (error) {
		return String(error);
	}
}
