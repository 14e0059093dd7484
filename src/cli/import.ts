// Turns the TrafficSplits that linkerd-failover controls into policy files.
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ExitStatus } from '../model/catalogue.ts';
import type { Via } from '../model/policy.ts';
import { formatProblem, isWarning, type Problem, ProblemError, problem } from '../model/problem.ts';
import type { Milliseconds } from '../model/time.ts';
import { labelName } from '../policy/names.ts';
import { controlledByLabel } from '../policy/split-facts.ts';
import { readSplitManifests, type SplitManifests } from '../policy/split-manifests.ts';
import { usageError } from './exit.ts';
import { type ImportedFile, importSplits } from './import-splits.ts';
import { lintTogether } from './lint.ts';
import { listLiveSplits } from './live-splits.ts';
import { paint, type Terminal } from './terminal.ts';

export interface ImportOptions {
	/** Manifests; without any, the cluster of `context` is asked. */
	readonly file?: readonly string[];
	readonly context?: string;
	readonly kubeconfig?: string;
	readonly allowInsecureKube?: boolean;
	readonly selector?: string;
	readonly timeout: Milliseconds;
	/** The name of the cluster in spillway.yaml. */
	readonly cluster: string;
	/** The namespace of manifests that name none. */
	readonly namespace?: string;
	readonly via: Via;
	/** Where to write the policies; without it they are printed. */
	readonly outputDir?: string;
	readonly force?: boolean;
}

/** Exits with 1 when a split has to be mended before it can be imported, or when there is none. */
export async function importPolicies(options: ImportOptions, terminal: Terminal): Promise<ExitStatus> {
	if (!labelName.safeParse(options.cluster).success)
		throw usageError('--cluster', 'is no legal cluster name');
	const found = await findSplits(options, terminal.signal);
	const { files, problems: refused } = importSplits(found.splits, options);
	const problems = [...found.problems, ...lintTogether([found]), ...refused];
	for (const told of problems) terminal.err(`${formatProblem(told)}\n`);
	if (options.outputDir === undefined) terminal.out(files.map(({ text }) => text).join('---\n'));
	else await writeFiles(files, options.outputDir, options.force ?? false);
	const right = files.length > 0 && problems.every(isWarning);
	terminal.err(`${paint(terminal, right ? 'green' : 'red', summarize(found, files.length, problems))}\n`);
	return right ? 0 : 1;
}

async function findSplits(options: ImportOptions, signal: AbortSignal): Promise<SplitManifests> {
	const { file: paths, context, namespace = '', ...rest } = options;
	if (paths === undefined) {
		if (context === undefined) throw usageError('import', 'give --file or --context');
		return await listLiveSplits({ ...rest, context, allowInsecure: rest.allowInsecureKube ?? false }, signal);
	}
	for (const [flag, value] of [
		['--context', context],
		['--selector', rest.selector],
	] as const) {
		if (value !== undefined) throw usageError(flag, 'does not go with --file', 'give one of them');
	}
	const read = await Promise.all(paths.map(async (path) => readSplitManifests(path, await readInput(path))));
	const splits = read.flatMap((each) => each.splits).map((split) => inNamespace(split, namespace));
	return {
		splits: splits.filter(({ facts }) => facts.label !== undefined),
		services: read
			.flatMap((each) => each.services)
			.map((service) => ({ ...service, namespace: service.namespace || namespace })),
		problems: read.flatMap((each) => each.problems),
	};
}

type Split = SplitManifests['splits'][number];

function inNamespace({ facts, place }: Split, namespace: string): Split {
	return { facts: facts.namespace === '' ? { ...facts, namespace } : facts, place };
}

async function readInput(path: string): Promise<Uint8Array> {
	try {
		return await readFile(path);
	} catch (error) {
		throw new ProblemError(
			problem('E_NOT_FOUND', { where: { kind: 'named', name: path }, message: 'cannot be read' }),
			{ cause: error },
		);
	}
}

/** Writes all of them, or, when one is there already, none. */
async function writeFiles(files: readonly ImportedFile[], folder: string, force: boolean): Promise<void> {
	const paths = files.map(({ path }) => join(folder, path));
	const present = await Promise.all(
		paths.map((path) =>
			access(path).then(
				() => path,
				() => undefined,
			),
		),
	);
	const [taken] = present.filter((path) => path !== undefined);
	if (taken !== undefined && !force) {
		throw usageError(taken, 'exists already', 'give another --output-dir, or --force to overwrite');
	}
	for (const { path, text } of files) {
		await mkdir(dirname(join(folder, path)), { recursive: true });
		await writeFile(join(folder, path), text, { flag: force ? 'w' : 'wx' });
	}
}

function summarize({ splits }: SplitManifests, policies: number, problems: readonly Problem[]): string {
	if (splits.length === 0) return `no TrafficSplit has the label ${controlledByLabel}`;
	const errors = problems.filter((found) => !isWarning(found)).length;
	const warnings = problems.length - errors;
	return `TrafficSplits: ${splits.length}, policies: ${policies}, problems: ${errors}, warnings: ${warnings}`;
}
