import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

/** A process of this folder as JavaScript, in a folder of its own. */
export interface CompiledEngine {
	readonly file: URL;
	remove(): Promise<void>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const options = ['--noEmit', 'false', '--declaration', 'false', '--isolatedDeclarations', 'false'];

/** The package holds JavaScript: to strip types as they are loaded takes 30 MiB more, which no user has to give. */
export async function compileEngine(name: string): Promise<CompiledEngine> {
	const folder = await mkdtemp(join(tmpdir(), 'spillway-bench-'));
	const tsc = join(root, 'node_modules', '.bin', 'tsc');
	const args = ['-p', join(root, 'tsconfig.json'), ...options, '--rootDir', root, '--outDir', folder];
	// It writes what it can, even where a type is wrong.
	await promisify(execFile)(tsc, args).catch(() => undefined);
	await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
	await copyFile(join(root, 'package.json'), join(folder, 'package.json'));
	return {
		file: pathToFileURL(join(folder, 'test', 'bench', `${name}.js`)),
		remove: () => rm(folder, { recursive: true, force: true }),
	};
}
