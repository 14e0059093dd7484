import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The parts of a cluster and the Go packages they are built from, at the versions of go.mod. */
export const packages = {
	etcd: 'go.etcd.io/etcd/server/v3',
	'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
	'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
	kwok: 'sigs.k8s.io/kwok/cmd/kwok',
	'kustomize-controller': 'github.com/fluxcd/kustomize-controller',
} as const;

export type Part = keyof typeof packages;

export const allParts: readonly Part[] = Object.keys(packages) as Part[];

/** What an API server needs, and all that `KUBEBUILDER_ASSETS` holds. */
export const apiParts: readonly Part[] = ['etcd', 'kube-apiserver'];

/** What a cluster needs in which Deployments get pods. */
export const workloadParts: readonly Part[] = [...apiParts, 'kube-controller-manager', 'kwok'];

/** What a cluster needs that Flux keeps at what Git declares. */
export const fluxParts: readonly Part[] = [...apiParts, 'kustomize-controller'];

/** Executables, by part. */
export type Parts = Readonly<Partial<Record<Part, string>>>;

export type Environment = Readonly<Record<string, string | undefined>>;

const moduleFolder = fileURLToPath(new URL('.', import.meta.url));

/** Kubernetes takes its version from the linker; without it, it calls itself v0.0.0. */
const version = { gitVersion: 'v1.36.3', gitMajor: '1', gitMinor: '36' };

const linkerFlags = [
	'-s -w',
	...Object.entries(version).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`),
].join(' ');

/** Go programs at the versions of a go.mod. */
export interface GoModule {
	/** Of its go.mod and go.sum. */
	readonly folder: string;
	readonly linkerFlags: string;
	/** Build tags, separated by commas. */
	readonly tags?: string;
	/** Whether a C compiler takes part. */
	readonly cgo?: boolean;
}

export const labModule: GoModule = { folder: moduleFolder, linkerFlags };

/** Where a module's executables, built by this Go, are kept; `undefined` without Go. */
export async function findCacheFolder(
	environment: Environment,
	module: GoModule = labModule,
): Promise<string | undefined> {
	const go = await readGoVersion();
	if (go === undefined) return undefined;
	const sums = await readFile(join(module.folder, 'go.sum'));
	const { linkerFlags, tags = '' } = module;
	const hash = createHash('sha256').update(sums).update(go).update(linkerFlags).update(tags);
	const key = hash.digest('hex').slice(0, 16);
	const cache = environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
	return join(cache, 'spillway-lab', key);
}

/** `go version go1.26.8 linux/amd64`, or whichever is there. */
async function readGoVersion(): Promise<string | undefined> {
	try {
		const { stdout } = await promisify(execFile)('go', ['version'], { env: goEnvironment() });
		return stdout.trim();
	} catch {
		return undefined;
	}
}

/** Go as it is installed, not another that it would download. */
export function goEnvironment(): NodeJS.ProcessEnv {
	return { ...process.env, GOTOOLCHAIN: 'local' };
}

/** Those of `wanted` that are there: first in `KUBEBUILDER_ASSETS`, then among those built before. */
export async function findParts(wanted: readonly Part[], environment: Environment): Promise<Parts> {
	const folders = [environment['KUBEBUILDER_ASSETS'], await findCacheFolder(environment)];
	const found = wanted.flatMap((part) => {
		const files = folders.flatMap((folder) => (folder ? [join(folder, part)] : []));
		const file = files.find((candidate) => existsSync(candidate));
		return file === undefined ? [] : [[part, file]];
	});
	return Object.fromEntries(found);
}

export function missingParts(wanted: readonly Part[], parts: Parts): readonly Part[] {
	return wanted.filter((part) => parts[part] === undefined);
}
