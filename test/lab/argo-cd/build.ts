import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { buildPackage } from '../build.ts';
import { argoCdModule, locateArgoCd } from './programs.ts';

/** Builds Argo CD where it is not there yet. Throws where that cannot be done. */
export async function buildArgoCd(tell: (line: string) => void): Promise<void> {
	const file = await locateArgoCd(process.env);
	if (file === undefined) throw new Error('no Go to build Argo CD with');
	if (existsSync(file)) return;
	const start = Date.now();
	await mkdir(dirname(file), { recursive: true });
	await buildPackage(argoCdModule, 'github.com/argoproj/argo-cd/v3/cmd', file);
	tell(`Argo CD built in ${Math.round((Date.now() - start) / 1000)} s`);
}
