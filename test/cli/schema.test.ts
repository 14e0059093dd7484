import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { documentKinds } from '../../src/policy/document-kinds.ts';
import { createFolder } from '../support/git-remote.ts';
import { runSpillway } from '../support/terminal.ts';

for (const kind of documentKinds) {
	test(`schema prints the JSON Schema of a ${kind}`, async (t) => {
		const { status, out, err } = await runSpillway(t, 'schema', '--kind', kind);
		t.deepEqual([status, err], [0, '']);
		t.is(JSON.parse(out).properties.kind.const, kind);
	});
}

test('without a kind it is that of policies', async (t) => {
	t.deepEqual(await runSpillway(t, 'schema'), await runSpillway(t, 'schema', '--kind', 'FailoverPolicy'));
});

test('--write writes the schemas of all kinds below a folder, made where it is missing', async (t) => {
	const folder = join(await createFolder(t), 'policies');
	const { status, out, err } = await runSpillway(t, 'schema', '--write', folder);
	t.deepEqual([status, out], [0, '']);
	const files = err.trimEnd().split('\n');
	t.deepEqual(files, [
		join(folder, 'schema/failoverpolicy-v1alpha1.json'),
		join(folder, 'schema/spillwayconfig-v1alpha1.json'),
	]);
	for (const [index, kind] of documentKinds.entries()) {
		const { out: printed } = await runSpillway(t, 'schema', '--kind', kind);
		t.is(await readFile(files[index] ?? '', 'utf8'), printed);
	}
});
