// The documents of a manifest that are objects with weights.
import { type Document, isMap, type YAMLMap } from 'yaml';
import { type ManifestIdentity, readTargetType } from '../model/manifest-identity.ts';
import { textAt } from './yaml-nodes.ts';

/** A document that is a TrafficSplit or a route; `body` is its top mapping. */
export interface TargetDocument {
	readonly identity: ManifestIdentity;
	readonly document: Document.Parsed;
	readonly body: YAMLMap;
}

/** Whether a text can hold such a document; parsing costs far more than asking. */
export function mayHoldTarget(text: string): boolean {
	return hints.some(({ kind, group }) => text.includes(kind) && text.includes(group));
}

const hints = [
	{ kind: 'TrafficSplit', group: 'split.smi-spec.io' },
	{ kind: 'HTTPRoute', group: 'gateway.networking.k8s.io' },
	{ kind: 'GRPCRoute', group: 'gateway.networking.k8s.io' },
	{ kind: 'HTTPRoute', group: 'policy.linkerd.io' },
] as const;

/** The targets among a manifest's documents. Those without a name cannot be meant by anybody. */
export function findTargets(documents: readonly Document.Parsed[]): readonly TargetDocument[] {
	return documents.flatMap((document) => {
		const body = document.contents;
		if (!isMap(body)) return [];
		const [group, version] = textAt(body, 'apiVersion')?.split('/') ?? [];
		const type = version === undefined ? undefined : readTargetType(textAt(body, 'kind') ?? '', group);
		const name = textAt(body, 'metadata', 'name');
		if (type === undefined || name === undefined) return [];
		const namespace = textAt(body, 'metadata', 'namespace');
		const identity = { ...type, name, ...(namespace === undefined ? {} : { namespace }) };
		return [{ identity, document, body }];
	});
}
