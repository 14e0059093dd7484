import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type {
	Authorship,
	FileChanges,
	LoggedCommit,
	NewFile,
	NewFiles,
} from '../../src/simulator/memory-history.ts';
import { readOutput } from './program-output.ts';
import { makeFolder, type Owner } from './temporary-folder.ts';

/** A real bare repository, as a server holds it. */
export interface BareRepository {
	readonly path: string;
	readonly url: string;
	/** Commits as somebody else would, without a work tree. Returns the commit's id. */
	commit(changes: FileChanges, message: string, by?: Authorship): Promise<string>;
	/** Commits of the branch, newest first. */
	log(): Promise<readonly LoggedCommit[]>;
	/** The bytes of a file at the tip. */
	show(path: string): Promise<Buffer>;
	/** Runs git on the repository and returns what it printed. */
	git(...args: readonly string[]): Promise<string>;
	/** Installs a hook: the body of a shell script. */
	hook(name: 'pre-receive' | 'reference-transaction', script: string): Promise<void>;
}

/** A temporary folder that goes with the test. */
export const createFolder: (t: Owner) => Promise<string> = makeFolder;

/** A bare repository with these files in a first commit on `branch`; without files there is no commit at all. */
export async function createBareRepository(
	t: Owner,
	files: NewFiles = {},
	branch: string = 'main',
): Promise<BareRepository> {
	const path = join(await createFolder(t), 'remote.git');
	await runGit(path, ['init', '--quiet', '--bare', `--initial-branch=${branch}`, path]);
	const git = async (...args: readonly string[]) => (await runGit(path, args)).toString();

	const repository: BareRepository = {
		path,
		url: `file://${path}`,
		git,
		async commit(changes, message, by = {}) {
			const ref = `refs/heads/${branch}`;
			const isFirst = (await git('for-each-ref', ref)) === '';
			const stream = composeImport({ ref, isFirst, message, changes, by });
			await runGit(path, ['fast-import', '--quiet', '--force'], [stream]);
			return (await git('rev-parse', ref)).trim();
		},
		async log() {
			const format = '--format=%x01%H%x02%B%x02';
			const text = await git('log', '-z', '--root', '--name-only', '--first-parent', format, branch);
			return text.split('\x01').slice(1).map(parseCommit);
		},
		show: (file) => runGit(path, ['cat-file', 'blob', `${branch}:${file}`]),
		async hook(name, script) {
			const file = join(path, 'hooks', name);
			await writeFile(file, `#!/bin/sh\n${script}\n`);
			await chmod(file, 0o755);
		},
	};
	if (Object.keys(files).length > 0) await repository.commit(files, 'first commit');
	return repository;
}

/** The environment in which real git meets nobody's configuration. */
export function gitEnvironment(home: string): NodeJS.ProcessEnv {
	return {
		PATH: process.env['PATH'],
		HOME: home,
		LC_ALL: 'C',
		GIT_CONFIG_GLOBAL: '/dev/null',
		GIT_CONFIG_SYSTEM: '/dev/null',
		GIT_TERMINAL_PROMPT: '0',
	};
}

function runGit(gitdir: string, args: readonly string[], input: readonly Uint8Array[] = []): Promise<Buffer> {
	return readOutput('git', ['--git-dir', gitdir, ...args], { env: gitEnvironment(gitdir), input });
}

interface Import {
	readonly ref: string;
	readonly isFirst: boolean;
	readonly message: string;
	readonly changes: FileChanges;
	readonly by: Authorship;
}

const somebody = { name: 'Somebody Else', email: 'else@example.com' };

/** The change in the language of git fast-import. */
function composeImport({ ref, isFirst, message, changes, by }: Import): Uint8Array {
	const parts: Uint8Array[] = [];
	const add = (line: string) => parts.push(Buffer.from(`${line}\n`));
	const addData = (bytes: Uint8Array) => {
		add(`data ${bytes.length}`);
		parts.push(bytes);
		add('');
	};
	add(`commit ${ref}`);
	const { author = somebody, committer = author, at = 1_750_000_000_000 } = by;
	add(`author ${author.name} <${author.email}> ${Math.floor(at / 1000)} +0000`);
	add(`committer ${committer.name} <${committer.email}> ${Math.floor(at / 1000)} +0000`);
	addData(Buffer.from(message));
	if (!isFirst) add(`from ${ref}^0`);
	for (const [path, file] of Object.entries(changes)) {
		if (file === null) {
			add(`D ${quotePath(path)}`);
			continue;
		}
		const { mode, content } = describeFile(file);
		if (mode === '160000') {
			add(`M ${mode} ${content} ${quotePath(path)}`);
			continue;
		}
		add(`M ${mode} inline ${quotePath(path)}`);
		addData(Buffer.from(content));
	}
	return Buffer.concat(parts);
}

function describeFile(file: NewFile): { readonly mode: string; readonly content: string | Uint8Array } {
	if (typeof file === 'string' || file instanceof Uint8Array) return { mode: '100644', content: file };
	const modes = { executable: '100755', symlink: '120000', submodule: '160000' };
	return { mode: modes[file.mode], content: file.content };
}

function quotePath(path: string): string {
	return `"${path.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}

function parseCommit(text: string): LoggedCommit {
	const [id = '', message = '', names = ''] = text.split('\x02');
	return {
		id,
		message,
		files: names
			.split('\0')
			.map((name) => name.replace(/^\n/, ''))
			.filter(Boolean),
	};
}
