// What a commit of weights changes, over every manifest there is: looked at with git itself, on the server's side.
import { execFileSync } from 'node:child_process';
import test, { type ExecutionContext } from 'ava';
import { systemClock } from '../../src/cli/system-clock.ts';
import { deliverByCommit } from '../../src/deliver/commit.ts';
import type { EditChange } from '../../src/model/change.ts';
import type { Receipt } from '../../src/model/receipt.ts';
import { formatWeights } from '../../src/model/weights.ts';
import { manifestEditor } from '../../src/plan/manifest-editor.ts';
import { createManifestReader } from '../../src/plan/manifest-reader.ts';
import type { NewFiles } from '../../src/simulator/memory-history.ts';
import { anEditChange, aShift } from '../support/changes.ts';
import { openMirror } from '../support/git-mirror.ts';
import { type BareRepository, createBareRepository, gitEnvironment } from '../support/git-remote.ts';
import {
	type CorpusManifest,
	collectManifests,
	generateManifests,
	readShown,
} from '../support/manifest-corpus.ts';

const { signal } = new AbortController();
const reader = createManifestReader();

const pathOf = ({ folder, file }: CorpusManifest): string => `${folder}/${file}`;

function planChange({ folder, target, to, before }: CorpusManifest, n: number): EditChange {
	const from = reader.weights(before, target, to.keys()) ?? new Map();
	return anEditChange({
		policy: `${target.namespace}/policy-${n}`,
		target: { ...target, cluster: 'east' },
		folder,
		shift: aShift({ from, to }),
	});
}

/** What no commit touches: other files beside the manifests, of every mode. */
function filesBeside(): NewFiles {
	const shown = readShown().map(([path, text]) => [`shown/${path}`, text] as const);
	return {
		...Object.fromEntries(shown),
		'generated/run.sh': { mode: 'executable', content: '#!/bin/sh\necho weight: 1\n' },
		'generated/0/notes.txt': 'weight: 1',
		'generated/1/binary.bin': Uint8Array.of(0, 255, 254, 49),
		'collected/link': { mode: 'symlink', content: 'nowhere' },
	};
}

/** All that a commit holds, by path: `mode blob`. */
async function listTree(bare: BareRepository, commit: string): Promise<ReadonlyMap<string, string>> {
	const lines = (await bare.git('ls-tree', '-r', '-z', commit)).split('\0').filter(Boolean);
	return new Map(
		lines.map((line) => [line.slice(line.indexOf('\t') + 1), line.slice(0, line.indexOf('\t'))]),
	);
}

/** The bytes of the files at a commit, as git keeps them. */
function readBlobs({ path }: BareRepository, commit: string, files: readonly string[]): readonly Buffer[] {
	const input = files.map((file) => `${commit}:${file}\n`).join('');
	const env = gitEnvironment(path);
	const output = execFileSync('git', ['--git-dir', path, 'cat-file', '--batch'], {
		env,
		input,
		maxBuffer: 2 ** 28,
	});
	let at = 0;
	return files.map(() => {
		const start = output.indexOf('\n', at) + 1;
		const size = Number(output.toString('latin1', at, start).split(' ')[2]);
		at = start + size + 1;
		return output.subarray(start, start + size);
	});
}

/** The runs of digits of a file, and all that stands between them. */
function split(bytes: Buffer): { readonly digits: readonly string[]; readonly rest: string } {
	const text = bytes.toString('latin1');
	return { digits: text.match(/\d+/g) ?? [], rest: text.replaceAll(/\d+/g, '0') };
}

function checkFile(
	t: ExecutionContext,
	manifest: CorpusManifest,
	[before, after]: readonly [Buffer, Buffer],
): void {
	const path = pathOf(manifest);
	t.true(before.equals(Buffer.from(manifest.before)), path);
	const [old, now] = [split(before), split(after)];
	t.is(now.rest, old.rest, path);
	const changed = now.digits.filter((digits, index) => digits !== old.digits[index]);
	t.true(
		changed.length > 0 && changed.every((digits) => [...manifest.to.values()].includes(Number(digits))),
		path,
	);
	if (manifest.after !== undefined) t.is(after.toString(), manifest.after, path);
	const read = reader.weights(after.toString(), manifest.target, manifest.to.keys());
	t.is(formatWeights(read ?? new Map()), formatWeights(manifest.to), path);
}

async function deliverAll(
	t: ExecutionContext,
	bare: BareRepository,
	changes: readonly EditChange[],
): Promise<readonly Receipt[]> {
	const delivery = deliverByCommit({
		repository: await openMirror(t, bare.url),
		editor: manifestEditor,
		clock: systemClock,
		random: () => 0.5,
		author: { name: 'Spillway', email: 'bot@spillway.dev' },
	});
	return await Promise.all(changes.map((change) => delivery.deliver(change, signal)));
}

test('INV-03 over the whole corpus one commit changes the digits of the weights wanted, and no other byte, mode or file', async (t) => {
	t.timeout(120_000);
	const manifests = [...generateManifests(320), ...collectManifests()];
	const files = Object.fromEntries(manifests.map((each) => [pathOf(each), each.before]));
	const bare = await createBareRepository(t, { ...files, ...filesBeside() });
	const receipts = await deliverAll(t, bare, manifests.map(planChange));
	const odd = receipts.flatMap((receipt, n) =>
		receipt.kind === 'delivered' ? [] : [`${manifests[n]?.folder} ${JSON.stringify(receipt)}`],
	);
	t.deepEqual(odd, []);
	t.is((await bare.git('rev-list', '--count', 'main')).trim(), '2');

	const paths = manifests.map(pathOf);
	const [old, now] = [await listTree(bare, 'main~1'), await listTree(bare, 'main')];
	t.deepEqual([...now.keys()], [...old.keys()]);
	const differing = [...now].filter(([path, entry]) => old.get(path) !== entry).map(([path]) => path);
	t.deepEqual(differing.sort(), paths.toSorted());
	t.deepEqual(new Set(paths.map((path) => now.get(path)?.split(' ')[0])), new Set(['100644']));
	const counts = (await bare.git('diff', '--numstat', '-z', 'main~1', 'main')).split('\0').filter(Boolean);
	t.is(counts.length, paths.length);
	t.deepEqual(
		counts.filter((line) => line.split('\t')[0] !== line.split('\t')[1]),
		[],
	);
	const [before, after] = [readBlobs(bare, 'main~1', paths), readBlobs(bare, 'main', paths)];
	for (const [n, manifest] of manifests.entries()) {
		checkFile(t, manifest, [before[n] ?? Buffer.alloc(0), after[n] ?? Buffer.alloc(0)]);
	}
});

test('the corpus has every form that a manifest can take', (t) => {
	const generated = generateManifests(320);
	const collected = collectManifests();
	const count = (matches: (manifest: CorpusManifest) => boolean) => generated.filter(matches).length;
	for (const [what, found] of Object.entries({
		crlf: count(({ before }) => before.includes('\r\n')),
		mark: count(({ before }) => before.startsWith('\ufeff')),
		marker: count(({ before, target }) => before.includes(`{"spillway": "`) && before.includes(target.name)),
		route: count(({ target }) => target.kind !== 'TrafficSplit'),
		linkerd: count(({ target }) => target.group === 'policy.linkerd.io'),
		embedded: count(({ before }) => before.includes('values.yaml: |')),
		flow: count(({ before }) => /- \{.*weight/.test(before)),
		'no final newline': count(({ before }) => !before.endsWith('\n')),
		'several documents': count(({ before }) => before.split('---').length > 2),
	})) {
		t.true(found >= 15, `${what}: ${found}`);
	}
	t.true(collected.some(({ file }) => file === 'web-values.yaml'));
	t.true(collected.length >= 12, `${collected.length} collected`);
});
