import fc from 'fast-check';
import type { ManifestTarget } from '../../src/model/ports/manifest-editor.ts';
import { formatMarker } from '../../src/plan/marker-name.ts';

/** A generated manifest; each weight of the target stands as `«name=digits»` in `marked`. */
export interface GeneratedManifest {
	readonly marked: string;
	readonly target: ManifestTarget;
	readonly backends: readonly string[];
}

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}[a-z0-9]$/);
const blank = fc.constantFrom('', ' ', '  ', '\t');
const comment = fc.constantFrom('', ' # weight: 1', '\t# {service: a, weight: 2}', ' # 🙂 é');
const number = fc.integer({ min: 0, max: 100_000 });
const quote = fc.constantFrom('', "'", '"');
const extra = fc.constantFrom(
	'',
	'note: "a, weight: 7 \\" # no"',
	"text: 'weight: 0 ''x'''",
	'list: [1, {weight: 3}]',
);

interface Style {
	readonly weight: number;
	readonly quote: string;
	readonly comment: string;
	readonly gap: string;
	readonly extra: string;
	readonly weightFirst: boolean;
	readonly flow: boolean;
}

const style: fc.Arbitrary<Style> = fc.record({
	weight: number,
	quote,
	comment,
	gap: blank.map((more) => ` ${more}`),
	extra,
	weightFirst: fc.boolean(),
	flow: fc.boolean(),
});

type Backend = readonly [service: string, style: Style];

function writeBackend([service, facts]: Backend, key: 'service' | 'name'): string {
	const { weight, quote: mark, gap, extra: more, weightFirst, flow } = facts;
	const named = `${mark}${key}${mark}: ${mark}${service}${mark}`;
	const weighed = `${mark}weight${mark}:${gap}«${service}=${weight}»`;
	const fields = [...(weightFirst ? [weighed, named] : [named, weighed]), ...(more === '' ? [] : [more])];
	return flow
		? `    - {${fields.join(',')}}${facts.comment}\n`
		: `    - ${fields.map((field) => `${field}${facts.comment}\n`).join('      ')}`;
}

interface Form {
	readonly target: ManifestTarget;
	readonly write: (backends: readonly Backend[]) => string;
}

const names = { namespace: 'emojivoto', name: 'emoji-svc' } as const;

const split: Form = {
	target: { kind: 'TrafficSplit', ...names },
	write: (backends) => `apiVersion: split.smi-spec.io/v1alpha2
kind: TrafficSplit
metadata:
  name: emoji-svc
  namespace: emojivoto
spec:
  service: emoji-svc
  backends:
${backends.map((backend) => writeBackend(backend, 'service')).join('')}`,
};

function routeForm(apiVersion: string, type: Pick<ManifestTarget, 'kind' | 'group'>, rules: number): Form {
	return {
		target: { ...type, ...names },
		write: (backends) => {
			const refs = backends.map((backend) => writeBackend(backend, 'name')).join('');
			return `apiVersion: ${apiVersion}
kind: ${type.kind}
metadata: {name: emoji-svc, namespace: emojivoto, labels: {weight: "1"}}
spec:
  parentRefs: [{name: emoji-svc, kind: Service, weight: 5}]
  rules:
  - backendRefs: [{name: only-here, weight: 3}]
${`  - matches: [{path: {value: /a}}]\n    backendRefs:\n${refs}`.repeat(rules)}`;
		},
	};
}

/** Weights as Helm values, in whatever mapping they are. */
function writeValues(target: ManifestTarget, backends: readonly Backend[]): string {
	return backends
		.map(([service, { weight, gap, flow, extra: more }], index) => {
			const value = `${gap}«${service}=${weight}»${gap}${formatMarker(target, service)}\n`;
			const rest = more === '' ? '' : `  ${more}\n`;
			return flow ? `- ${value.trimStart()}` : `- key${index}:${value}${rest}`;
		})
		.join('');
}

function markerForm(type: Pick<ManifestTarget, 'kind' | 'group'>, embedded: boolean): Form {
	const target = { ...type, ...names };
	return {
		target,
		write: (backends) => {
			const values = `# {{ values }}\nweights:\n${writeValues(target, backends)}`;
			if (!embedded) return values;
			const text = values.split('\n').map((line) => (line === '' ? '' : `    ${line}`));
			return `kind: ConfigMap\ndata:\n  a: weight\n  values.yaml: |\n${text.join('\n')}`;
		},
	};
}

const linkerdRoute = { kind: 'HTTPRoute', group: 'policy.linkerd.io' } as const;

const form = fc.constantFrom(
	split,
	split,
	routeForm('gateway.networking.k8s.io/v1', { kind: 'HTTPRoute' }, 1),
	routeForm('gateway.networking.k8s.io/v1', { kind: 'GRPCRoute' }, 3),
	routeForm('policy.linkerd.io/v1beta3', linkerdRoute, 2),
	markerForm({ kind: 'TrafficSplit' }, false),
	markerForm({ kind: 'TrafficSplit' }, true),
	markerForm(linkerdRoute, false),
);

const neighbours = fc.array(
	fc.constantFrom(
		'kind: ConfigMap\ndata: {a: "TrafficSplit", weight: 1}\n',
		'{{- if .Values.x }}\nkind: Secret\n{{- end }}\n',
		'# nothing but a comment\n',
		'apiVersion: split.smi-spec.io/v1alpha2\nkind: TrafficSplit\nmetadata: {name: emoji-svc, namespace: other}\nspec: {backends: [{service: a, weight: 1}]}\n',
		'x: &a {weight: 1}\ny: {<<: *a, z: *a}\n',
		'values: {weight: 1} # {"spillway"}\nw: 1 # {"spillway": "other/emoji-svc:emoji-svc"}\n',
		'kind: ConfigMap\ndata:\n  v: |-\n    weight: 1 # {"spillway": "other/x:a"}\n',
		'kind: Gateway\napiVersion: gateway.networking.k8s.io/v1\nspec: {kinds: [{kind: HTTPRoute}]}\n',
		'broken: yes: no\n',
	),
	{ maxLength: 2 },
);

/** Manifests that say the weights of emojivoto/emoji-svc once, between other documents, in many styles. */
export const generatedManifest: fc.Arbitrary<GeneratedManifest> = fc
	.record({
		form,
		backends: fc.uniqueArray(fc.tuple(name, style), {
			minLength: 1,
			maxLength: 6,
			selector: ([service]) => service,
		}),
		before: neighbours,
		after: neighbours,
		head: fc.constantFrom('', '\ufeff', '# head\n', '%YAML 1.2\n'),
		crlf: fc.boolean(),
		finalNewline: fc.boolean(),
	})
	.map(({ form: { target, write }, backends, before, after, head, crlf, finalNewline }) => {
		const documents = [...before, write(backends), ...after].map((text) => `---\n${text}`).join('');
		const text = `${head}${finalNewline ? documents : documents.trimEnd()}`;
		return {
			marked: crlf ? text.replaceAll('\n', '\r\n') : text,
			target,
			backends: backends.map(([service]) => service),
		};
	});
