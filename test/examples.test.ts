import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { deliverDirectly, readWorkshop } from '../src/cli/demo/workshop.ts';
import { validate } from '../src/cli/validate.ts';
import { manifestEditor } from '../src/plan/manifest-editor.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Files below a folder of the checkout, by their paths from its top. */
async function listFiles(folder: string): Promise<readonly string[]> {
	const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
	const files = entries.filter((entry) => entry.isFile());
	return files.map(({ parentPath, name }) => join(parentPath, name).slice(root.length));
}

/** Values are no documents: they are checked in their repository. */
const documents = [...(await listFiles('examples')), ...(await listFiles('policies'))].filter(
	(path) => path.endsWith('.yaml') && !path.endsWith('-values.yaml'),
);

async function check(...paths: readonly string[]) {
	const written: string[] = [];
	const terminal = {
		out: (text: string) => written.push(text),
		err: () => undefined,
		env: {},
		color: false,
		signal: new AbortController().signal,
	};
	const status = await validate(
		paths.map((path) => join(root, path)),
		{ output: 'json', version: '1.2.3' },
		terminal,
	);
	return { status, findings: JSON.parse(written.join('')) };
}

test('there are examples', (t) => {
	t.true(documents.includes(join('policies', 'drop-in.yaml')));
	t.true(documents.includes(join('examples', 'workshop', 'spillway.yaml')));
});

/** What there is to tell of documents that are shown as people wrote them. */
const findings: Readonly<Record<string, readonly string[]>> = {
	'examples/linkerd-failover/blog.yaml': ['W_OLD_LABEL'],
	'examples/linkerd-failover/as-printed/blog.yaml': ['E_INDENTATION'],
	'examples/linkerd-failover/as-printed/slides.yaml': Array.from({ length: 6 }, () => 'E_NAME_DNS1035'),
};

for (const path of documents) {
	const expected = findings[path] ?? [];
	test(`${path} has ${expected[0] ?? 'no problem'}`, async (t) => {
		const { status, findings: found } = await check(path);
		t.deepEqual(
			found.problems.map(({ code }: { code: string }) => code),
			expected,
		);
		t.is(status, expected.some((code) => code.startsWith('E_')) ? 1 : 0);
	});

	test(`${path} has its schema where an editor looks for it`, async (t) => {
		const text = await readFile(join(root, path), 'utf8');
		const [, schema] = /^# yaml-language-server: \$schema=(\S+)$/m.exec(text) ?? [];
		t.is(schema !== undefined, /^apiVersion: spillway\.dev\//m.test(text));
		if (schema !== undefined) t.true(existsSync(join(root, dirname(path), schema)), schema);
	});
}

test('the workshop is a whole config repository: its policy holds against its spillway.yaml', async (t) => {
	const { status, findings } = await check(join('examples', 'workshop'));
	t.deepEqual([status, findings.policies, findings.problems], [0, 1, []]);
});

test('so is commit mode', async (t) => {
	const { status, findings } = await check(join('examples', 'commit-mode'));
	t.deepEqual([status, findings.policies, findings.problems], [0, 2, []]);
});

for (const [file, name] of [
	['emoji-split.yaml', 'emoji-svc'],
	['web-values.yaml', 'web-svc'],
] as const) {
	test(`Spillway finds the weights of ${name} in ${file}, and changes nothing else`, async (t) => {
		const path = join('examples', 'commit-mode', 'clusters', 'east', file);
		const text = await readFile(join(root, path), 'utf8');
		const target = { kind: 'TrafficSplit', namespace: 'emojivoto', name } as const;
		const before = new Map([
			[name, 1],
			[`${name}-west`, 0],
		]);
		t.deepEqual(manifestEditor.weights(text, target), before);
		const weights = new Map([...before].map(([service, weight]) => [service, 1 - weight]));
		const edited = manifestEditor.edit(path, text, [{ ...target, weights }]);
		t.deepEqual(manifestEditor.weights(edited.text, target), weights);
		t.true(manifestEditor.differInWeightsOnly(text, edited.text));
	});
}

// That the workshop runs is shown by the demo itself, which ends with these very files in its repository.
test('the demo begins with the files of the workshop, Direct in place of Commit, and changes nothing else', async (t) => {
	const files = await readWorkshop();
	const folder = join('examples', 'workshop');
	t.deepEqual(
		[...files.keys()].map((path) => join(folder, path)).sort(),
		[...(await listFiles(folder))].sort(),
	);
	const changed = [...deliverDirectly(files)].filter(([path, text]) => text !== files.get(path));
	t.deepEqual(
		changed.map(([path]) => path),
		['spillway.yaml'],
	);
	const [, text = ''] = changed[0] ?? [];
	t.is(files.get('spillway.yaml'), text.replaceAll('via: Direct', 'via: Commit'));
	t.notRegex(text, /via: Commit/);
});
