import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { ExitStatus } from '../model/catalogue.ts';
import type { ClusterName } from '../model/names.ts';
import { formatProblem, isWarning, type Problem, ProblemError, problem } from '../model/problem.ts';
import { configFile } from '../observe/policy-reader.ts';
import { apiGroup } from '../policy/document-kinds.ts';
import type { PolicyDraft } from '../policy/drafts.ts';
import { type ParsedFile, parsePolicyFile } from '../policy/parse-file.ts';
import { resolvePolicies } from '../policy/resolve.ts';
import { checkSyncedFolders } from '../policy/synced-folder.ts';
import { lintManifests } from './lint.ts';
import { paint, type Terminal } from './terminal.ts';

interface CheckedFile {
	readonly path: string;
	readonly bytes: Buffer;
	readonly parsed: ParsedFile;
}

/**
 * Checks files and folders offline. Policies below a spillway.yaml are checked against it as well, and TrafficSplits
 * for what would keep a failover from working.
 */
export async function validate(
	paths: readonly string[],
	{ output }: { readonly output: 'text' | 'json' },
	terminal: Terminal,
): Promise<ExitStatus> {
	const files = await readFiles(paths);
	const cluster = findManifestFolders(files);
	const problems = [
		...files.flatMap(({ parsed }) => parsed.problems),
		...resolveRepositories(files),
		...files.flatMap(({ parsed }) => checkSyncedFolders([...parsed.policies, ...parsed.configs], cluster)),
		...lintManifests(files, cluster),
	];
	const policies = files.reduce((count, { parsed }) => count + parsed.policies.length, 0);
	if (output === 'json')
		terminal.out(`${JSON.stringify({ files: files.length, policies, problems }, undefined, 2)}\n`);
	else printProblems({ files: files.length, policies, problems }, terminal);
	return problems.every(isWarning) ? 0 : 1;
}

async function readFiles(paths: readonly string[]): Promise<readonly CheckedFile[]> {
	const files: CheckedFile[] = [];
	for (const path of new Set((await Promise.all(paths.map(listFiles))).flat())) {
		const bytes = await readFile(path);
		files.push({ path, bytes, parsed: parsePolicyFile(path, bytes) });
	}
	const isForeign = findForeignFiles(files);
	return files.map((file) => (isForeign(file) ? { ...file, parsed: nothing } : file));
}

const nothing: ParsedFile = { policies: [], configs: [], problems: [] };

/**
 * Tells files of a repository that are no policies and mention neither Spillway nor a TrafficSplit: Helm values,
 * templates, workflows. What is wrong in those is not for us to say.
 */
function findForeignFiles(files: readonly CheckedFile[]): (file: CheckedFile) => boolean {
	const repositories = files
		.filter(({ path, parsed }) => basename(path) === configFile && parsed.configs.length > 0)
		.map(({ path, parsed }) => ({
			root: dirname(path),
			folders: parsed.configs
				.flatMap(({ config }) => config.policies)
				.map((folder) => join(dirname(path), folder)),
		}));
	return ({ path, bytes }) =>
		repositories.some(({ root }) => isBelow(path, root)) &&
		!repositories.some(({ folders }) => folders.some((folder) => isBelow(path, folder))) &&
		!bytes.includes(apiGroup) &&
		!bytes.includes('TrafficSplit');
}

interface Findings {
	readonly files: number;
	readonly policies: number;
	readonly problems: readonly Problem[];
}

function printProblems({ files, policies, problems }: Findings, terminal: Terminal): void {
	for (const found of problems) terminal.out(`${formatProblem(found)}\n`);
	const errors = problems.filter((found) => !isWarning(found)).length;
	const warnings = problems.length - errors;
	const counts = [
		count(files, 'file'),
		count(policies, 'valid policy', 'valid policies'),
		count(errors, 'problem'),
	];
	if (warnings > 0) counts.push(count(warnings, 'warning'));
	terminal.err(`${paint(terminal, errors === 0 ? 'green' : 'red', counts.join(', '))}\n`);
}

function count(number: number, one: string, many: string = `${one}s`): string {
	return `${number} ${number === 1 ? one : many}`;
}

/** Every YAML and JSON file at or below a path; hidden folders and node_modules are passed over. */
async function listFiles(path: string): Promise<readonly string[]> {
	const found = await stat(path).catch(() => undefined);
	if (found === undefined) {
		const where = { kind: 'named', name: path } as const;
		throw new ProblemError(problem('E_NOT_FOUND', { where, message: 'no such file or folder' }));
	}
	if (!found.isDirectory()) return [path];
	const entries = await readdir(path, { withFileTypes: true });
	const lists = entries
		.filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
		.sort((a, b) => a.name.localeCompare(b.name))
		.map(async (entry) => {
			if (entry.isDirectory()) return await listFiles(join(path, entry.name));
			return entry.isFile() && /\.(ya?ml|json)$/i.test(entry.name) ? [join(path, entry.name)] : [];
		});
	return (await Promise.all(lists)).flat();
}

/** Each spillway.yaml rules the policies in its folders; what none rules is only checked beside the others. */
function resolveRepositories(files: readonly CheckedFile[]): readonly Problem[] {
	const problems: Problem[] = [];
	const ruled = new Set<CheckedFile>();
	for (const { path, parsed } of files.filter((file) => basename(file.path) === configFile)) {
		const [draft] = parsed.configs;
		if (draft === undefined) continue;
		const { config } = draft;
		const own = files.filter((file) =>
			config.policies.some((folder) => isBelow(file.path, join(dirname(path), folder))),
		);
		for (const file of own) ruled.add(file);
		problems.push(...resolvePolicies(config, draftsOf(own)).problems);
	}
	const others = files.filter((file) => !ruled.has(file));
	return [...problems, ...resolvePolicies(undefined, draftsOf(others)).problems];
}

/** Tells the cluster in whose manifests folder a file stands, as a spillway.yaml among the files says. */
function findManifestFolders(files: readonly CheckedFile[]): (path: string) => ClusterName | undefined {
	const folders = files
		.filter(({ path }) => basename(path) === configFile)
		.flatMap(({ path, parsed }) => {
			const clusters = parsed.configs[0]?.config.clusters ?? [];
			return clusters.flatMap(({ name, manifests }) =>
				manifests === undefined ? [] : { name, folder: join(dirname(path), manifests) },
			);
		});
	return (path) => folders.find(({ folder }) => isBelow(path, folder))?.name;
}

function draftsOf(files: readonly CheckedFile[]): readonly PolicyDraft[] {
	return files.flatMap(({ parsed }) => parsed.policies);
}

function isBelow(path: string, folder: string): boolean {
	const way = relative(folder, path);
	return way !== '' && !way.startsWith('..');
}
