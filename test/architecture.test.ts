import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { catalogue } from '../src/model/catalogue.ts';
import { findViolations, listImports, rooms, type SourceFile } from './support/rooms.ts';

const root = new URL('..', import.meta.url);

function read(path: string): string {
	return readFileSync(new URL(path, root), 'utf8');
}

function sources(): readonly SourceFile[] {
	return readdirSync(new URL('src', root), { recursive: true, encoding: 'utf8' })
		.filter((path) => path.endsWith('.ts'))
		.map((path) => ({ path: `src/${path}`, text: read(`src/${path}`) }));
}

test('every import of src/ is one that its room allows', (t) => {
	const files = sources();
	t.true(files.length > 100, 'the walk saw the source tree');
	t.true(files.flatMap(listImports).length > 400, 'the parser saw its imports');
	t.deepEqual(findViolations(files), []);
});

const planted: readonly (readonly [what: string, path: string, text: string])[] = [
	['a pure room that reads files', 'src/decide/x.ts', `import { readFile } from 'node:fs/promises';`],
	['a pure room that reaches into an I/O room', 'src/plan/x.ts', `import { y } from '../git/mirror.ts';`],
	['a way round by ./../', 'src/decide/x.ts', `import { y } from './../reconcile/queue.ts';`],
	['a type-only import', 'src/model/x.ts', `import type { Y } from '../policy/drafts.ts';`],
	[
		'an import type expression',
		'src/model/x.ts',
		`export type Y = import('../policy/drafts.ts').PolicyDraft;`,
	],
	['a dynamic import', 'src/observe/x.ts', `export const y = () => import('../kubernetes/cluster.ts');`],
	['a re-export', 'src/deliver/x.ts', `export { y } from '../plan/plan-change.ts';`],
	['a library of another room', 'src/reconcile/x.ts', `import { request } from 'undici';`],
	['an import from the tests', 'src/simulator/x.ts', `import { y } from '../../test/support/rooms.ts';`],
	['process outside cli/', 'src/report/x.ts', `export const y = process.env;`],
	['a file in no room', 'src/utils/x.ts', `import { y } from '../model/names.ts';`],
];

for (const [what, path, text] of planted) {
	test(`the architecture check catches ${what}`, (t) => {
		t.is(findViolations([{ path, text }]).length, 1);
	});
}

test('what the table allows is not reported', (t) => {
	const text = `import { y } from '../model/names.ts'; import { z } from './judge.ts'; export type { z };`;
	t.deepEqual(findViolations([{ path: 'src/decide/x.ts', text }]), []);
});

test('the architecture page has a row for each room', (t) => {
	const page = read('docs/architecture.md');
	for (const room of Object.keys(rooms)) t.true(page.includes(`\`${room}/\``), room);
});

test('the errors page lists every code with its meaning and remedy', (t) => {
	const page = read('docs/errors.md');
	for (const [code, { meaning, remedy }] of Object.entries(catalogue)) {
		t.true(page.includes(`| \`${code}\` | ${meaning} | ${remedy} |`), code);
	}
});

test('the tests run on the Node that was asked for', (t) => {
	const major = process.versions.node.split('.')[0];
	t.is(major, process.env['SPILLWAY_NODE_MAJOR'] ?? major);
	t.true(['22', '24', '26'].includes(String(major)) || Number(major) > 26);
});
