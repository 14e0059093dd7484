import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import type { ManifestTarget } from '../../src/model/ports/manifest-editor.ts';
import type { Weights } from '../../src/model/weights.ts';
import { manifestEditor } from '../../src/plan/manifest-editor.ts';
import { generatedManifest } from './generated-manifest.ts';
import { splitManifest, writeSplit } from './manifests.ts';

/** A manifest as it is, a target in it, and the weights that it is to get. */
export interface CorpusManifest {
	/** Of its own; no other manifest is there. */
	readonly folder: string;
	readonly file: string;
	readonly before: string;
	readonly target: ManifestTarget;
	readonly to: Weights;
	/** All of the file with those weights; absent where only the editor can tell. */
	readonly after?: string;
}

/** Seeded, so that it is the same each time. */
export function generateManifests(count: number): readonly CorpusManifest[] {
	const generated = fc.sample(generatedManifest, { seed: 20_260_301, numRuns: count });
	return generated.map(({ marked, target, backends }, n) => {
		const to = choose(backends, n);
		const write = (weights: Weights) =>
			marked.replace(/«(.*?)=(\d+)»/g, (_, name: string, digits: string) =>
				String(weights.get(name) ?? digits),
			);
		const file = n % 2 === 0 ? 'manifest.yaml' : 'Manifest.YML';
		return { folder: `generated/${n}`, file, before: write(new Map()), target, to, after: write(to) };
	});
}

/** Every target in the manifests that the project shows, and in those of its tests, whose weights can be told. */
export function collectManifests(): readonly CorpusManifest[] {
	const files = [...readShown(), ...writtenByHand];
	return files.flatMap(([name, before], n) => {
		const targets = manifestEditor
			.locate(before)
			.map(({ identity }) => ({ namespace: 'anywhere', ...identity }));
		return targets.flatMap((target, index) => {
			const weights = manifestEditor.weights(before, target);
			if (weights === undefined) return [];
			const folder = `collected/${n}-${index}`;
			return [{ folder, file: basename(name), before, target, to: choose([...weights.keys()], n + index) }];
		});
	});
}

/** YAML that the project shows, by path. */
export function readShown(): readonly (readonly [path: string, text: string])[] {
	const cwd = fileURLToPath(new URL('../../', import.meta.url));
	const paths = globSync(['examples/**/*.y*ml', 'policies/**/*.yaml', 'test/cases/*.yaml'], { cwd }).sort();
	return paths.map((path) => [path, readFileSync(`${cwd}${path}`, 'utf8')]);
}

const backends = ['- {service: emoji-svc, weight: 1} # 1', '- {service: emoji-svc-west, weight: 0}'];

const writtenByHand: readonly (readonly [path: string, text: string])[] = [
	['split.yaml', splitManifest],
	['crlf.yaml', splitManifest.replaceAll('\n', '\r\n')],
	['mark.yaml', `\ufeff${splitManifest}`],
	['both.yaml', `\ufeff${splitManifest.replaceAll('\n', '\r\n')}`],
	['two.yaml', `${splitManifest}---\n${writeSplit(backends, 'voting-svc')}`],
	['json.yaml', writeSplit(['- {"service": "emoji-svc", "weight": 7}', '- {"service":"b","weight":0}'])],
	['open.yaml', splitManifest.trimEnd()],
];

/** Weights for all of them, or for all but the last; those named differ from what usually stands there. */
function choose(names: readonly string[], n: number): Weights {
	const named = names.length > 2 && n % 3 === 0 ? names.slice(0, -1) : names;
	return new Map(named.map((name, index) => [name, 2 + ((n * 37 + index * 1_013) % 99_991)]));
}
