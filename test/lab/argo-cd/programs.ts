import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Environment, findCacheFolder, type GoModule } from '../parts.ts';

/** Executables that Argo CD is run by. */
export interface ArgoCdPrograms {
	/** All of Argo CD's own: which one it is, a variable says. */
	readonly argocd: string;
	readonly redis: string;
}

/** Those programs, or what is missing of them. */
export type ArgoCdChoice =
	| { readonly kind: 'programs'; readonly programs: ArgoCdPrograms }
	| { readonly kind: 'none'; readonly why: string };

/** Apart from the lab's own: Argo CD is built against an older Kubernetes. */
export const argoCdModule: GoModule = {
	folder: fileURLToPath(new URL('.', import.meta.url)),
	linkerFlags: '-s -w',
};

/** Where Argo CD is, or will be once it is built; `undefined` without Go. */
export async function locateArgoCd(environment: Environment): Promise<string | undefined> {
	const folder = await findCacheFolder(environment, argoCdModule);
	return folder === undefined ? undefined : join(folder, 'argocd');
}

/** Finds what was built before, and the redis-server that is installed. */
export async function findArgoCd(environment: Environment): Promise<ArgoCdChoice> {
	const argocd = await locateArgoCd(environment);
	if (argocd === undefined || !existsSync(argocd)) {
		return { kind: 'none', why: 'no Argo CD: run npm run lab -- build --argo-cd' };
	}
	const redis = 'redis-server';
	try {
		await promisify(execFile)(redis, ['--version']);
	} catch {
		return { kind: 'none', why: 'no redis-server: install the package of that name' };
	}
	return { kind: 'programs', programs: { argocd, redis } };
}
