import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ExitStatus } from '../model/catalogue.ts';
import type { ClusterName } from '../model/names.ts';
import { type Problem, ProblemError, problem } from '../model/problem.ts';
import { configFile } from '../observe/policy-reader.ts';
import { apiGroup } from '../policy/document-kinds.ts';
import type { PolicyDraft } from '../policy/drafts.ts';
import { type ParsedFile, parsePolicyFile } from '../policy/parse-file.ts';
import { resolvePolicies } from '../policy/resolve.ts';
import { checkSyncedFolders } from '../policy/synced-folder.ts';
import { lintManifests } from './lint.ts';
import type { Terminal } from './terminal.ts';
import { hasErrors } from './validation/findings.ts';
import type { OutputFormat } from './validation/output-format.ts';
import { reportFindings } from './validation/report.ts';
import { isBelow } from './validation/repository-paths.ts';

interface CheckedFile {
	readonly path: string;
	readonly bytes: Buffer;
	readonly parsed: ParsedFile;
}

export interface ValidateOptions {
	readonly output: OutputFormat;
	/** Of Spillway, for reports that name their tool. */
	readonly version: string;
}

/**
 * Checks files and folders offline. Policies below a spillway.yaml are checked against it as well, and TrafficSplits
 * for what would keep a failover from working.
 */
export async function validate(
	paths: readonly string[],
	{ output, version }: ValidateOptions,
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
	const findings = { files: files.map(({ path }) => path), policies, problems };
	reportFindings(findings, { output, version, folder: process.cwd() }, terminal);
	return hasErrors(findings) ? 1 : 0;
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
	// While a spillway.yaml is wrong its folders are not known, but the files below it are no policies for that.
	const repositories = files
		.filter(({ path, bytes }) => basename(path) === configFile && bytes.includes(apiGroup))
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
