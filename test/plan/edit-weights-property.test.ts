import test from 'ava';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import type { Weights } from '../../src/model/weights.ts';
import { generatedManifest } from '../support/generated-manifest.ts';
import { editOne } from '../support/manifests.ts';

/** The manifest's text, with other weights where some are named. */
function write(marked: string, weights: Weights = new Map()): string {
	return marked.replace(/«(.*?)=(\d+)»/g, (_, name: string, digits: string) =>
		String(weights.get(name) ?? digits),
	);
}

/** The weights of emojivoto's split as a YAML parser reads them. */
function readWeights(text: string): ReadonlyMap<string, unknown> {
	const found = parseAllDocuments(text)
		.filter((document) => document.errors.length === 0)
		.map((document) => document.toJS() as { metadata?: { namespace?: string }; spec?: unknown } | null)
		.find((document) => document?.metadata?.namespace === 'emojivoto');
	const { backends } = (found?.spec ?? {}) as { backends: { service: string; weight: unknown }[] };
	return new Map(backends.map(({ service, weight }) => [service, weight]));
}

const weight = fc.integer({ min: 0, max: 10_000 });

test('INV-03 whatever the manifest looks like, only the digits of the weights named change', (t) => {
	const wanted = fc.tuple(generatedManifest, fc.array(weight, { minLength: 6, maxLength: 6 }), fc.nat(5));
	fc.assert(
		fc.property(wanted, ([{ marked, backends }, values, left]) => {
			const named = backends.filter((_, index) => index === 0 || index !== left);
			const weights = new Map(
				named.map((name, index) => [name, (values[index] ?? 0) + (index === 0 ? 1 : 0)]),
			);
			const edit = { namespace: 'emojivoto', name: 'emoji-svc', weights };
			const before = write(marked);
			const after = write(marked, weights);
			t.deepEqual(editOne(before, edit), { kind: 'edited', text: after });
			const seen = readWeights(after);
			for (const [name, value] of weights) t.is(seen.get(name), value);
			t.deepEqual(editOne(after, edit), { kind: 'edited', text: after });
		}),
		{ numRuns: 300 },
	);
});

test('no text makes an edit throw or change anything but digits', (t) => {
	const edit = { namespace: 'emojivoto', name: 'emoji-svc', weights: new Map([['a', 1]]) };
	const noise = fc.tuple(generatedManifest, fc.nat(400), fc.string({ unit: 'binary', maxLength: 6 }));
	fc.assert(
		fc.property(noise, ([{ marked, backends }, at, junk]) => {
			const text = write(marked);
			const broken = text.slice(0, at) + junk + text.slice(at + 1);
			const weights = new Map(backends.map((name) => [name, 1]));
			const outcome = editOne(broken, { ...edit, weights });
			if (outcome.kind === 'refused') t.is(outcome.problem.code, 'E_MANIFEST_WEIGHT');
			else t.is(outcome.text.replaceAll(/\d+/g, '0'), broken.replaceAll(/\d+/g, '0'));
		}),
		{ numRuns: 300 },
	);
});
