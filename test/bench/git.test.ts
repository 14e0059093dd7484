import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { manifestEditor } from '../../src/plan/manifest-editor.ts';
import { composeFlip, editTraffic, type RepositoryShape, trafficPath } from './git-dataset.ts';
import { startBenchServer } from './git-server.ts';
import { createOwner } from './owner.ts';
import { coldWay, warmWays } from './plain-git.ts';

const shape: RepositoryShape = { name: 'small', files: 200, splits: 25, manifests: 20 };

test('a generated repository has as many files as were asked for, and a manifest of each split', async (t) => {
	const { show, files } = await startBenchServer(t, shape);
	const paths = await files();
	t.is(paths.length, shape.files);
	t.is(paths.filter((path) => path.startsWith('clusters/east/')).length, shape.manifests);
	for (let split = 0; split < shape.splits; split += 1) {
		const text = await show('main', trafficPath(shape, split));
		const { target, shift } = composeFlip(shape, { split, side: 'fallback' }, 0);
		t.deepEqual(manifestEditor.weights(text, target), shift.from);
	}
});

test('a script edits a split as Spillway does', async (t) => {
	const { show } = await startBenchServer(t, shape);
	const path = trafficPath(shape, 13);
	const text = await show('main', path);
	const { target, shift } = composeFlip(shape, { split: 13, side: 'fallback' }, 0);
	const edited = manifestEditor.edit(path, text, [{ ...target, weights: shift.to }]).text;
	t.not(edited, text);
	t.is(editTraffic(text, { split: 13, side: 'fallback' }), edited);
	t.is(editTraffic(edited, { split: 13, side: 'primary' }), text);
});

for (const { name, open } of [...warmWays, coldWay]) {
	test(`plain git pushes the change and nothing else: ${name}`, async (t) => {
		const folder = await mkdtemp(join(tmpdir(), 'spillway-bench-'));
		t.teardown(() => rm(folder, { recursive: true }));
		const server = await startBenchServer(t, shape);
		const clone = await open({ url: server.url, branch: 'main', folder: join(folder, 'clone'), shape });
		const path = trafficPath(shape, 13);
		const before = await server.show('main', path);
		const paths = await server.files();
		for (const side of ['fallback', 'primary', 'fallback'] as const) {
			const tip = await server.tip('main');
			await server.commitForeign('main');
			await clone({ split: 13, side });
			t.is(await server.tip('main^^'), tip, 'one commit on top of the other');
			t.is(await server.show('main', path), editTraffic(before, { split: 13, side }));
		}
		t.deepEqual(
			(await server.files()).filter((each) => !each.startsWith('docs/')),
			paths.filter((each) => !each.startsWith('docs/')),
		);
	});
}

test('what an owner has ends in reverse, even where one fails', async (t) => {
	const ended: string[] = [];
	const owner = createOwner();
	owner.teardown(() => ended.push('first'));
	owner.teardown(() => Promise.reject(new Error('lost')));
	owner.teardown(() => ended.push('last'));
	await t.throwsAsync(owner.end(), { message: 'lost' });
	t.deepEqual(ended, ['last', 'first']);
	await owner.end();
	t.is(ended.length, 2);
});
