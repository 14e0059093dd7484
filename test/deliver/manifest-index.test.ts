import test from 'ava';
import { indexManifests, type ManifestSearch } from '../../src/deliver/manifest-index.ts';
import type { Repository } from '../../src/model/ports/repository.ts';
import { manifestEditor } from '../../src/plan/manifest-editor.ts';
import type { NewFiles } from '../../src/simulator/memory-history.ts';
import { createMemoryRepository } from '../../src/simulator/memory-repository.ts';
import { anEditChange, aShift, emojiTarget } from '../support/changes.ts';
import { startCommitStage } from '../support/commit-stage.ts';
import { splitManifest } from '../support/manifests.ts';
import { weights } from '../support/policies.ts';

const { signal } = new AbortController();
const folder = 'clusters/east';

async function search(files: NewFiles, below = folder): Promise<ManifestSearch> {
	const repository: Repository = createMemoryRepository({ files: { 'spillway.yaml': 'a: 1\n', ...files } });
	const source = { repository, editor: manifestEditor, cache: new Map() };
	const index = await indexManifests(source, await repository.refresh(signal), below, signal);
	return index.find(emojiTarget);
}

/** Values of a chart whose scalars say the weights of these backends. */
function values(...backends: readonly string[]): string {
	const lines = backends.map((service) => `${service}: 0 # {"spillway": "emojivoto/emoji-svc:${service}"}`);
	return `${lines.join('\n')}\n`;
}

const found: readonly (readonly [title: string, files: NewFiles, path: string])[] = [
	['a document of its own', { [`${folder}/deep/in/x.yml`]: splitManifest }, `${folder}/deep/in/x.yml`],
	[
		'an executable file',
		{ [`${folder}/x.yaml`]: { mode: 'executable', content: splitManifest } },
		`${folder}/x.yaml`,
	],
	[
		'the markers of one file',
		{ [`${folder}/values.yaml`]: values('emoji-svc', 'emoji-svc-west') },
		`${folder}/values.yaml`,
	],
];

for (const [title, files, path] of found) {
	test(`a target’s weights are found in ${title}`, async (t) => {
		const result = await search(files);
		t.is(result.kind === 'found' ? result.file.path : result.problem.message, path);
	});
}

const ambiguous: readonly (readonly [title: string, files: NewFiles, message: string])[] = [
	[
		'two documents',
		{ [`${folder}/a.yaml`]: splitManifest, [`${folder}/b.yaml`]: splitManifest },
		'TrafficSplit emojivoto/emoji-svc stands in clusters/east/a.yaml and clusters/east/b.yaml',
	],
	[
		'a document and markers',
		{ [`${folder}/a.yaml`]: splitManifest, [`${folder}/values.yaml`]: values('emoji-svc', 'emoji-svc-west') },
		'TrafficSplit emojivoto/emoji-svc stands in clusters/east/a.yaml and the markers of clusters/east/values.yaml',
	],
	[
		'the markers of two files',
		{ [`${folder}/a.yaml`]: values('emoji-svc'), [`${folder}/b.yaml`]: values('emoji-svc-west') },
		'TrafficSplit emojivoto/emoji-svc stands in the markers of clusters/east/a.yaml and the markers of clusters/east/b.yaml',
	],
];

for (const [title, files, message] of ambiguous) {
	test(`weights that stand in ${title} are refused, with each place`, async (t) => {
		const result = await search(files);
		t.like(result, { kind: 'ambiguous', problem: { code: 'E_MANIFEST_AMBIGUOUS', message } });
	});
}

const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n';
const nowhere = 'no manifest of TrafficSplit emojivoto/emoji-svc below this folder';

const missing: readonly (readonly [title: string, files: NewFiles, hint: string])[] = [
	['nothing else is there', {}, ''],
	[
		'there is a symlink',
		{ [`${folder}/x.yaml`]: { mode: 'symlink', content: '../x.yaml' } },
		'; it may be in the symlink clusters/east/x.yaml, where it is not looked for',
	],
	[
		'the folder is a symlink',
		{ clusters: { mode: 'symlink', content: 'elsewhere' } },
		'; it may be in the symlink clusters, where it is not looked for',
	],
	[
		'there is a submodule',
		{ [`${folder}/chart`]: { mode: 'submodule', content: 'c'.repeat(40) } },
		'; it may be in the submodule clusters/east/chart, where it is not looked for',
	],
	[
		'a file is in Git LFS',
		{ [`${folder}/x.yaml`]: pointer },
		'; it may be in clusters/east/x.yaml, whose content is in Git LFS, where it is not looked for',
	],
	[
		'a file is over 1 MiB',
		{ [`${folder}/x.yaml`]: splitManifest + '#'.repeat(2 ** 20) },
		'; it may be in clusters/east/x.yaml, which is over 1 MiB, where it is not looked for',
	],
	[
		'a file is no UTF-8',
		{ [`${folder}/x.yaml`]: Buffer.from(splitManifest, 'utf16le').fill(0xff, 0, 1) },
		'; it may be in clusters/east/x.yaml, which is no UTF-8, where it is not looked for',
	],
	[
		'there are many of those',
		Object.fromEntries(
			['a', 'b', 'c', 'd', 'e'].map((name) => [`${folder}/${name}`, { mode: 'symlink', content: 'x' }]),
		),
		'; it may be in the symlink clusters/east/a or the symlink clusters/east/b or the symlink clusters/east/c or 2 more, where it is not looked for',
	],
	['it is a symlink of something else', { [`${folder}/README.md`]: { mode: 'symlink', content: 'x' } }, ''],
];

for (const [title, files, hint] of missing) {
	test(`a target that is found nowhere is refused by name, where ${title}`, async (t) => {
		const result = await search(files);
		t.like(result, { kind: 'missing', problem: { code: 'E_MANIFEST_MISSING', message: nowhere + hint } });
	});
}

test('a file of 1 MiB is looked into', async (t) => {
	const files = { [`${folder}/x.yaml`]: splitManifest.padEnd(2 ** 20, '#') };
	t.is((await search(files)).kind, 'found');
});

test('workflows and what a .git folder holds are never written', async (t) => {
	const files = { '.github/workflows/x.yaml': splitManifest, 'vendor/.git/x.yaml': splitManifest };
	t.is((await search(files, '')).kind, 'missing');
	t.is((await search({ ...files, 'x.yaml': splitManifest }, '')).kind, 'found');
});

const owned = anEditChange({ owned: { apex: 'emoji-svc' } });
const ownPath = `${folder}/${manifestEditor.compose(owned).path}`;

test('a manifest that Spillway owns is made where it is missing, with the decided weights', async (t) => {
	const { delivery, text, settle } = startCommitStage({ [`${folder}/other.yaml`]: 'a: 1\n' });
	t.is((await settle(delivery.deliver(owned, signal))).kind, 'delivered');
	const made = await text(ownPath);
	t.deepEqual(manifestEditor.weights(made, emojiTarget), owned.shift.to);
	t.is((await settle(delivery.deliver(owned, signal))).kind, 'unchanged');
});

test('F16 what people add to an owned file around the weights stays, byte for byte', async (t) => {
	const { repository, delivery, text, settle } = startCommitStage({ [`${folder}/other.yaml`]: 'a: 1\n' });
	await settle(delivery.deliver(owned, signal));
	const theirs = (await text(ownPath)).replace('spec:', '  # theirs\nspec:   # and this');
	repository.commitDirectly({ [ownPath]: theirs }, 'theirs');
	const back = aShift({ to: weights({ 'emoji-svc': 1, 'emoji-svc-west': 0 }) });
	await settle(delivery.deliver({ ...owned, shift: back }, signal));
	const after = await text(ownPath);
	t.regex(after, /# theirs\nspec: {3}# and this/);
	t.deepEqual(after.replaceAll(/weight: \d/g, ''), theirs.replaceAll(/weight: \d/g, ''));
});

for (const [what, obstacle] of [
	['the file', ownPath],
	['its folder', ownPath.slice(0, ownPath.lastIndexOf('/'))],
] as const) {
	test(`an owned manifest is not made in the place of another file: ${what}`, async (t) => {
		const { repository, delivery, settle } = startCommitStage({ [obstacle]: 'theirs\n' });
		t.like(await settle(delivery.deliver(owned, signal)), {
			kind: 'rejected',
			retry: 'on-change',
			problem: { code: 'E_MANIFEST_TAKEN', where: { name: obstacle } },
		});
		t.is(repository.log().length, 1);
	});
}

test('a target that is not owned is never made', async (t) => {
	const { delivery, settle } = startCommitStage({ [`${folder}/other.yaml`]: 'a: 1\n' });
	t.like(await settle(delivery.deliver(anEditChange(), signal)), { kind: 'rejected', retry: 'on-change' });
});
