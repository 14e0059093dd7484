// Which of the splits become policies, under which names, and what keeps the others from it.
import type { Via } from '../model/policy.ts';
import { type Problem, problem, showValue } from '../model/problem.ts';
import { minBackends } from '../policy/backend-rules.ts';
import { namePolicy, writeImportedPolicy } from '../policy/imported-policy.ts';
import { judgeBackendName, labelName, objectName } from '../policy/names.ts';
import type { SplitFacts } from '../policy/split-facts.ts';
import { isDerivable, isFilledIn } from '../policy/split-lint.ts';
import type { PlacedSplit } from '../policy/split-set-lint.ts';

export interface ImportedFile {
	/** Below the output folder: `emojivoto/emoji-svc.yaml`. */
	readonly path: string;
	readonly text: string;
}

export interface ImportedSplits {
	readonly files: readonly ImportedFile[];
	/** What the lint of a split does not tell. */
	readonly problems: readonly Problem[];
}

/** One file per split that can be a policy. */
export function importSplits(
	splits: readonly PlacedSplit[],
	{ cluster, via }: { readonly cluster: string; readonly via: Via },
): ImportedSplits {
	const files: ImportedFile[] = [];
	const problems: Problem[] = [];
	const imported = new Set<string>();
	const names = new Map<string, Set<string>>();
	for (const { facts, place } of splits) {
		const { namespace, name: split } = facts;
		const refused = [...refuseSplit({ facts, place }, imported)];
		problems.push(...refused);
		if (refused.length > 0 || !isWritable(facts)) continue;
		const taken = names.get(namespace) ?? new Set();
		const name = namePolicy(split, taken);
		names.set(namespace, taken.add(name));
		imported.add(`${namespace}/${split}`);
		const text = writeImportedPolicy(facts, { cluster, via, name });
		files.push({ path: `${namespace}/${name}.yaml`, text });
	}
	return { files, problems };
}

function* refuseSplit({ facts, place }: PlacedSplit, imported: ReadonlySet<string>): Generator<Problem> {
	const { namespace, name, backends } = facts;
	if (namespace === '') {
		yield problem('E_REQUIRED', {
			where: place(['metadata']),
			message: 'metadata.namespace is required',
			remedy: 'add it, or give --namespace',
		});
	} else if (!labelName.safeParse(namespace).success) {
		const where = place(['metadata', 'namespace']);
		yield problem('E_NAME_DNS1123', { where, message: 'metadata.namespace is not a legal name' });
	}
	if (!objectName.safeParse(name).success) {
		const where = place(['metadata', 'name']);
		yield problem('E_NAME_DNS1123', { where, message: 'metadata.name is not a legal name' });
	}
	if (imported.has(`${namespace}/${name}`)) {
		const where = place(['metadata', 'name']);
		const message = `TrafficSplit ${namespace}/${name} stands elsewhere too`;
		yield problem('E_CONFLICT', { where, message, remedy: 'give the manifests of one cluster' });
	}
	if (backends.length > 0 && backends.length < minBackends) {
		const where = place(['spec', 'backends']);
		yield problem('E_MIN_ITEMS', { where, message: 'spec.backends has nothing to fail over to' });
	}
	const template = backends.findIndex(({ service = '' }) => isFilledIn(service));
	if (template !== -1) {
		yield problem('E_NAME_DNS1035', {
			where: place(['spec', 'backends', template, 'service']),
			message: `spec.backends[${template}].service is a template`,
			got: showValue(backends[template]?.service),
			remedy: 'render the manifest first, or ask the cluster with --context',
		});
	}
}

/** What is wrong otherwise, the lint tells. */
function isWritable(split: SplitFacts): boolean {
	return (
		isDerivable(split) && split.backends.every(({ service = '' }) => judgeBackendName(service) === undefined)
	);
}
