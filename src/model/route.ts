import type { LiveBackend, LiveRule, TargetFacts } from './live-target.ts';
import type { KubernetesObject } from './ports/cluster.ts';
import { showValue } from './problem.ts';
import { readTargetMetadata } from './target-metadata.ts';
import { isRecord } from './unstructured.ts';

/**
 * Reads a route of the Gateway API, or Linkerd's own HTTPRoute: the rules that send traffic to Services of its
 * namespace, and the Services it is attached to. Never throws, so one odd route never hides the others.
 */
export function readRoute(kind: 'HTTPRoute' | 'GRPCRoute', object: KubernetesObject): TargetFacts {
	const spec = isRecord(object['spec']) ? object['spec'] : {};
	const metadata = readTargetMetadata(object, 'rules');
	const { namespace } = metadata;
	const rules: LiveRule[] = [];
	for (const [index, rule] of list(spec['rules']).entries()) {
		const backends = readRule(isRecord(rule) ? list(rule['backendRefs']) : [], namespace);
		if (typeof backends === 'string') return { kind: 'invalid', message: `rule ${index}: ${backends}` };
		if (backends.length > 0) rules.push({ pointer: `/spec/rules/${index}/backendRefs`, backends });
	}
	if (rules.length === 0) {
		return { kind: 'invalid', message: 'none of its rules has a Service of its namespace as a backend' };
	}
	const apexes = list(spec['parentRefs']).flatMap((ref) => readService(ref, namespace) ?? []);
	return { kind: 'target', target: { kind, ...metadata, apexes, rules } };
}

/** References to anything but a Service of the route's own namespace are passed over. */
function readRule(refs: readonly unknown[], namespace: string): readonly LiveBackend[] | string {
	const backends: LiveBackend[] = [];
	for (const [index, ref] of refs.entries()) {
		if (!isRecord(ref)) continue;
		const service = readService({ kind: 'Service', ...ref }, namespace);
		if (service === undefined) continue;
		const written = ref['weight'];
		const weight = written ?? 1;
		if (typeof weight !== 'number' || !Number.isFinite(weight) || weight < 0) {
			return `backend ${service} has weight ${showValue(written)}`;
		}
		backends.push({ service, weight, form: written === undefined ? 'absent' : 'number', index });
	}
	return backends;
}

/** The name of the Service of this namespace that a reference is to. A parent without a kind is a Gateway. */
function readService(ref: unknown, namespace: string): string | undefined {
	if (!isRecord(ref) || ref['kind'] !== 'Service' || typeof ref['name'] !== 'string') return undefined;
	const group = ref['group'] ?? '';
	const own = (ref['namespace'] ?? namespace) === namespace;
	return own && (group === '' || group === 'core') ? ref['name'] : undefined;
}

function list(value: unknown): readonly unknown[] {
	return Array.isArray(value) ? value : [];
}
