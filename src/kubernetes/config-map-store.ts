// A ledger kept in a ConfigMap.
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Namespace } from '../model/names.ts';
import type {
	Cluster,
	KubernetesObject,
	Manifest,
	VersionedRef,
	WriteOutcome,
} from '../model/ports/cluster.ts';
import type { LedgerStore } from '../model/ports/ledger-store.ts';
import { ProblemError, problem, type Where } from '../model/problem.ts';
import { isRecord } from '../model/unstructured.ts';

export interface ConfigMapStoreParts {
	readonly cluster: Cluster;
	readonly namespace: Namespace;
	/** `spillway-east-ledger`, or `spillway-east-ledger-3` for a shard. */
	readonly name: string;
}

const plainKey = 'ledger.json';
const packedKey = 'ledger.json.gz';
const asideKey = 'unreadable';

/** A longer text is compressed: large enough for people to read most ledgers with kubectl. */
const plainLength = 256 * 1024;

/** What Kubernetes takes in one ConfigMap, with room for keys and what was put aside. */
const longest = 1024 * 1024 - 16 * 1024;

/** What is kept of a text that cannot be read. */
const asideLength = 8 * 1024;

/** A text that unpacks to more is none of ours. */
const unpackedLength = 64 * 1024 * 1024;

export function createConfigMapStore(parts: ConfigMapStoreParts): LedgerStore {
	const { cluster, namespace, name } = parts;
	const ref: VersionedRef = {
		resource: { group: '', versions: ['v1'], plural: 'configmaps' },
		version: 'v1',
		namespace,
		name,
	};
	const where: Where = { kind: 'named', name: `ConfigMap ${cluster.name} ${namespace}/${name}` };
	let base: KubernetesObject | undefined;
	let aside: string | undefined;
	return {
		name: where.name,
		async load(signal) {
			base = await cluster.read(ref, signal);
			return base === undefined ? undefined : readText(base);
		},
		async save(text, signal) {
			const manifest = composeConfigMap(ref, { base, aside, content: packText(text, where) });
			const outcome = await (base === undefined
				? cluster.create(ref, manifest, signal)
				: cluster.replace(ref, manifest, signal));
			if (outcome.kind === 'written') base = outcome.object;
			// What cannot be created is missing only where its namespace is.
			if (outcome.kind === 'missing' && base === undefined) throw missingNamespace(where, namespace);
			return judge(outcome, where);
		},
		async putAside(text) {
			await Promise.resolve();
			aside = text.slice(0, asideLength);
		},
	};
}

function judge(outcome: WriteOutcome, where: Where): 'saved' | 'conflict' {
	switch (outcome.kind) {
		case 'written':
			return 'saved';
		case 'conflict':
		case 'missing':
			return 'conflict';
		case 'refused':
			throw new ProblemError(outcome.problem);
		case 'unavailable':
		case 'unknown':
			// Where it was written after all, the next try meets a conflict, and reads.
			throw new ProblemError(problem('E_LEDGER', { where, message: outcome.message }));
	}
}

function missingNamespace(where: Where, namespace: Namespace): ProblemError {
	const message = `the namespace ${namespace} does not exist`;
	const remedy = 'create it, or name another one with --namespace';
	return new ProblemError(problem('E_LEDGER', { where, message, remedy }));
}

type Content = Readonly<Record<'data' | 'binaryData', Readonly<Record<string, string>>>>;

function packText(text: string, where: Where): Content {
	if (Buffer.byteLength(text) <= plainLength) return { data: { [plainKey]: text }, binaryData: {} };
	// The fastest level: it holds up everything else meanwhile, and takes a tenth of the length already.
	const packed = gzipSync(text, { level: 1 });
	if (packed.length > longest) {
		const message = `the ledger has ${packed.length} bytes, over ${longest}`;
		throw new ProblemError(problem('E_LEDGER_TOO_LARGE', { where, message }));
	}
	return { data: {}, binaryData: { [packedKey]: packed.toString('base64') } };
}

/** What cannot be unpacked is given as it is, which is no ledger either. */
function readText(object: KubernetesObject): string | undefined {
	const { data, binaryData } = object;
	const plain = isRecord(data) ? data[plainKey] : undefined;
	if (typeof plain === 'string') return plain;
	const packed = isRecord(binaryData) ? binaryData[packedKey] : undefined;
	if (typeof packed !== 'string') return undefined;
	try {
		return gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: unpackedLength }).toString();
	} catch {
		return packed;
	}
}

interface ConfigMapFacts {
	readonly base: KubernetesObject | undefined;
	readonly aside: string | undefined;
	readonly content: Content;
}

/** The ledger in place of the one before; other keys, labels and annotations stay. */
function composeConfigMap(
	{ namespace, name }: VersionedRef,
	{ base, aside, content }: ConfigMapFacts,
): Manifest {
	const { [plainKey]: _, ...data } = isRecord(base?.['data']) ? base['data'] : {};
	const { [packedKey]: __, ...binaryData } = isRecord(base?.['binaryData']) ? base['binaryData'] : {};
	const metadata = base?.metadata;
	return {
		...base,
		apiVersion: 'v1',
		kind: 'ConfigMap',
		metadata: {
			name,
			namespace,
			labels: { ...metadata?.labels, 'app.kubernetes.io/managed-by': 'spillway' },
			...(metadata?.annotations === undefined ? {} : { annotations: metadata.annotations }),
			...(metadata === undefined ? {} : { uid: metadata.uid, resourceVersion: metadata.resourceVersion }),
		},
		data: { ...data, ...(aside === undefined ? {} : { [asideKey]: aside }), ...content.data },
		binaryData: { ...binaryData, ...content.binaryData },
	};
}
