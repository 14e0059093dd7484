import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { identifies } from '../../src/model/manifest-identity.ts';
import type { WeightEdit } from '../../src/model/ports/manifest-editor.ts';
import { formatProblem } from '../../src/model/problem.ts';
import { formatWeights, type Weights } from '../../src/model/weights.ts';
import { createManifestEditor } from '../../src/plan/manifest-editor.ts';
import { createManifestReader } from '../../src/plan/manifest-reader.ts';
import { generatedManifest } from '../support/generated-manifest.ts';

const editor = createManifestEditor();
const reader = createManifestReader();

/** The manifest's text, with other weights where some are named. */
function write(marked: string, weights: Weights = new Map()): string {
	return marked.replace(/«(.*?)=(\d+)»/g, (_, name: string, digits: string) =>
		String(weights.get(name) ?? digits),
	);
}

function list(weights: Weights | undefined): string {
	return weights === undefined ? 'none' : formatWeights(weights);
}

/** Of each part: a thousand texts altogether, without a test that is silent for long on a busy machine. */
const runs = 250;

const weight = fc.integer({ min: 0, max: 10_000 });

/** Weights for all the backends, or for all but one. */
const wanted = fc
	.tuple(generatedManifest, fc.array(weight, { minLength: 6, maxLength: 6 }), fc.nat(5))
	.map(([manifest, values, left]) => {
		const named = manifest.backends.filter((_, index) => index === 0 || index !== left);
		const weights = named.map((name, index) => [name, (values[index] ?? 0) + (index === 0 ? 1 : 0)] as const);
		return { ...manifest, weights: new Map(weights) };
	});

for (const part of ['a', 'b', 'c', 'd']) {
	test(`INV-03 whatever the manifest looks like, only the digits of the weights named change (${part})`, (t) => {
		fc.assert(
			fc.property(wanted, ({ marked, target, weights }) => {
				const before = write(marked);
				const after = write(marked, weights);
				const edit = { ...target, weights };
				const kind = before === after ? 'same' : 'edited';
				const first = editor.edit('f', before, [edit]);
				t.is(first.text, after);
				t.is(first.results[0]?.kind, kind);
				const second = editor.edit('f', after, [edit]);
				t.is(second.text, after);
				t.is(second.results[0]?.kind, 'same');
				t.is(editor.locate(before).filter(({ identity }) => identifies(identity, target)).length, 1);
				t.is(list(reader.weights(after, target, weights.keys())), list(weights));
				t.true(editor.differInWeightsOnly(before, after));
			}),
			{ numRuns: runs },
		);
	});
}

/** A text, once it was damaged: whatever is said of it holds together. */
function judge(t: ExecutionContext, text: string, edit: WeightEdit): void {
	const outcome = editor.edit('f', text, [edit]);
	const [result] = outcome.results;
	const seen = reader.weights(text, edit, edit.weights.keys());
	if (result?.kind === 'refused') {
		t.is(outcome.text, text);
		t.regex(result.problem.code, /^E_MANIFEST_(WEIGHT|AMBIGUOUS)$/);
		t.true(seen === undefined || /left out/.test(result.problem.message), formatProblem(result.problem));
	} else {
		t.is(outcome.text.replaceAll(/\d+/g, '0'), text.replaceAll(/\d+/g, '0'));
		t.true(editor.locate(text).some(({ identity }) => identifies(identity, edit)));
		t.true(editor.differInWeightsOnly(text, outcome.text));
		t.is(editor.edit('f', outcome.text, [edit]).results[0]?.kind, 'same');
	}
}

const damage = fc.record({
	at: fc.nat(600),
	junk: fc.oneof(
		fc.string({ unit: 'binary', maxLength: 6 }),
		fc.constantFrom(
			'&a ',
			'*a',
			'<<: ',
			'{{ .V }}',
			'"',
			'\n',
			'\t',
			'!!int ',
			'# ',
			'|\n',
			'---\n',
			', ',
			'\r',
		),
	),
	cut: fc.nat(3),
});

for (const part of ['a', 'b', 'c', 'd']) {
	test(`no text makes an edit throw or change anything but digits, and what is said of it holds together (${part})`, (t) => {
		const damaged = fc.tuple(generatedManifest, damage);
		fc.assert(
			fc.property(damaged, ([{ marked, target, backends }, { at, junk, cut }]) => {
				const text = write(marked);
				const weights = new Map(backends.map((name) => [name, 1]));
				judge(t, text.slice(0, at) + junk + text.slice(at + cut), { ...target, weights });
			}),
			{ numRuns: runs },
		);
	});
}
