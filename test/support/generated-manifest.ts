import fc from 'fast-check';

/** A generated manifest; each weight of the target stands as `«name=digits»` in `marked`. */
export interface GeneratedManifest {
	readonly marked: string;
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

function writeBackend(service: string, facts: Style): string {
	const { weight, quote: mark, gap, extra: more, weightFirst, flow } = facts;
	const named = `${mark}service${mark}: ${mark}${service}${mark}`;
	const weighed = `${mark}weight${mark}:${gap}«${service}=${weight}»`;
	const fields = [...(weightFirst ? [weighed, named] : [named, weighed]), ...(more === '' ? [] : [more])];
	return flow
		? `    - {${fields.join(',')}}${facts.comment}\n`
		: `    - ${fields.map((field) => `${field}${facts.comment}\n`).join('      ')}`;
}

const neighbours = fc.array(
	fc.constantFrom(
		'kind: ConfigMap\ndata: {a: "TrafficSplit", weight: 1}\n',
		'{{- if .Values.x }}\nkind: Secret\n{{- end }}\n',
		'# nothing but a comment\n',
		'apiVersion: split.smi-spec.io/v1alpha2\nkind: TrafficSplit\nmetadata: {name: emoji-svc, namespace: other}\nspec: {backends: [{service: a, weight: 1}]}\n',
		'x: &a {weight: 1}\ny: {<<: *a, z: *a}\n',
	),
	{ maxLength: 3 },
);

/** Manifests that hold the split emojivoto/emoji-svc once, between other documents, in many styles. */
export const generatedManifest: fc.Arbitrary<GeneratedManifest> = fc
	.record({
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
	.map(({ backends, before, after, head, crlf, finalNewline }) => {
		const split = `apiVersion: split.smi-spec.io/v1alpha2
kind: TrafficSplit
metadata:
  name: emoji-svc
  namespace: emojivoto
spec:
  service: emoji-svc
  backends:
${backends.map(([service, facts]) => writeBackend(service, facts)).join('')}`;
		const documents = [...before, split, ...after].map((text) => `---\n${text}`).join('');
		const text = `${head}${finalNewline ? documents : documents.trimEnd()}`;
		return {
			marked: crlf ? text.replaceAll('\n', '\r\n') : text,
			backends: backends.map(([service]) => service),
		};
	});
