import { spawn } from 'node:child_process';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { parse } from 'yaml';
import { makeFolder } from './support/temporary-folder.ts';

const root = new URL('..', import.meta.url);

function read(path: string): Promise<string> {
	return readFile(new URL(path, root), 'utf8');
}

interface Ended {
	readonly status: number | null;
	/** Of stdout, then of stderr. */
	readonly lines: readonly string[];
}

async function execute(
	command: readonly [string, ...string[]],
	{ input = '', env = process.env }: { readonly input?: string; readonly env?: NodeJS.ProcessEnv },
): Promise<Ended> {
	const [file, ...args] = command;
	const child = spawn(file, args, { cwd: fileURLToPath(root), env, stdio: 'pipe', timeout: 30_000 });
	// It may have closed its input already.
	child.stdin.on('error', () => undefined).end(input);
	const status = new Promise<number | null>((resolve, reject) => {
		child.once('error', reject).once('close', resolve);
	});
	const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
	return { status: await status, lines: `${out}${err}`.trimEnd().split('\n') };
}

const passing = `TAP version 13
ok 1 - one
ok 2 - a title that reads # tests 99
#   # pass 7

1..2
# tests 2
# pass 2
# fail 0

`;

const failing = `TAP version 13
not ok 1 - bad
  ---
    name: AssertionError
    assertion: t.is()
  ...
ok 2 - known

1..2
# tests 2
# pass 1
# fail 1

`;

const skipping = `TAP version 13
ok 1 - skipped # SKIP
ok 2 - p

1..2
# tests 1
# pass 1
# skip 1
# fail 0

`;

const thrownAtImport = `TAP version 13
not ok 1 - Error: at import
  ---
    name: Error
    message: at import
  ...
not ok 2 - test/throws.test.ts exited with a non-zero exit code: 1

1..0
# tests 0
# pass 0
# fail 2

`;

const nothingRun = `TAP version 13

1..0
# tests 0
# pass 0
# fail 0

`;

const brokenOff = `TAP version 13
ok 1 - before
`;

const noSummary = 'no TAP summary: the tests broke off, or never began';

const runs: readonly (readonly [what: string, tap: string, last: string, status: number])[] = [
	['a passing run', passing, '2 passed, 0 failed', 0],
	['a failing run', failing, '1 passed, 1 failed', 1],
	['a run with a skipped test', skipping, '1 passed, 0 failed, 1 skipped', 0],
	['a file that throws when it is imported', thrownAtImport, '0 passed, 2 failed', 1],
	['a run without tests', nothingRun, '0 passed, 0 failed', 1],
	['a run that broke off', brokenOff, noSummary, 1],
	['nothing at all', '', noSummary, 1],
	['a summary after the output of lint and types', `Checked 300 files.\n${passing}`, '2 passed, 0 failed', 0],
	['the last of two summaries', `${passing}${failing}`, '1 passed, 1 failed', 1],
];

for (const [what, tap, last, status] of runs) {
	test(`the count of ${what} is "${last}", with status ${status}`, async (t) => {
		const ended = await execute([process.execPath, '.ci/count.mjs'], { input: tap });
		t.is(ended.lines.at(-1), last);
		t.is(ended.status, status);
		t.true(ended.lines.join('\n').startsWith(tap.trimEnd()), 'the output is handed on');
	});
}

/** Puts an npm before the others on the PATH that notes its arguments and plays the tests' part, and a Go ('': none). */
async function playNpm(t: ExecutionContext, tests: string, goVersion = ''): Promise<NodeJS.ProcessEnv> {
	const folder = await makeFolder(t);
	const npm = join(folder, 'npm');
	await writeFile(join(folder, 'output'), passing);
	await writeFile(npm, `#!/bin/sh\necho "npm $*"\ncd '${folder}'\n[ "$1" != test ] || { ${tests}; }\n`);
	const go = join(folder, 'go');
	await writeFile(go, `#!/bin/sh\necho ${goVersion}\n`);
	for (const file of [npm, go]) await chmod(file, 0o755);
	const { SPILLWAY_LAB: _, ...environment } = process.env;
	return { ...environment, CI: 'true', PATH: `${folder}${delimiter}${process.env['PATH']}` };
}

test('.ci/run installs, tests, and ends with the count', async (t) => {
	const { status, lines } = await execute(['.ci/run'], { env: await playNpm(t, 'cat output', '') });
	t.regex(lines[0] ?? '', /^no Go 1\.26 or newer here/);
	t.deepEqual([lines[1], lines[2], lines.at(-1)], ['npm ci', 'npm test -- --tap', '2 passed, 0 failed']);
	t.is(status, 0);
});

test('.ci/run builds the lab where Go is at hand, and then may leave nothing out', async (t) => {
	const env = await playNpm(t, 'echo "lab: $SPILLWAY_LAB"; cat output', 'go1.26.8');
	const { status, lines } = await execute(['.ci/run'], { env });
	t.deepEqual(lines.slice(0, 3), ['npm ci', 'npm run lab -- build', 'npm test -- --tap']);
	t.true(lines.includes('lab: build'));
	t.is(status, 0);
});

test('.ci/run keeps the exit status of the tests', async (t) => {
	const { status, lines } = await execute(['.ci/run'], { env: await playNpm(t, 'cat output; exit 7') });
	t.is(lines.at(-1), '2 passed, 0 failed');
	t.is(status, 7);
});

test('.ci/run fails when the tests end well without having counted', async (t) => {
	const { status, lines } = await execute(['.ci/run'], { env: await playNpm(t, 'true') });
	t.is(lines.at(-1), noSummary);
	t.is(status, 1);
});

test('.ci/run gives the tests no input to wait for', async (t) => {
	const env = await playNpm(t, 'cat >input; cat output; exit "$(wc -c <input)"');
	t.is((await execute(['.ci/run'], { input: 'y\n', env })).status, 0);
});

interface Workflow {
	readonly permissions: unknown;
	readonly jobs: Readonly<
		Record<string, { readonly needs?: readonly string[]; readonly 'timeout-minutes'?: number }>
	>;
}

test('each action of a workflow is pinned to a commit, and says its version', async (t) => {
	const folder = '.github/workflows';
	const files = await readdir(new URL(folder, root));
	t.deepEqual(files, ['ci.yml']);
	const uses = (await read(`${folder}/ci.yml`)).split('\n').filter((line) => line.includes('uses:'));
	t.true(uses.length > 0);
	for (const line of uses) t.regex(line, /uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

test('the workflow may only read, each job has a time limit, and ci needs every other', async (t) => {
	const { permissions, jobs } = parse(await read('.github/workflows/ci.yml')) as Workflow;
	t.deepEqual(permissions, { contents: 'read' });
	for (const [name, job] of Object.entries(jobs)) t.is(typeof job['timeout-minutes'], 'number', name);
	const others = Object.keys(jobs).filter((name) => name !== 'ci');
	t.deepEqual([...(jobs['ci']?.needs ?? [])].sort(), others.sort());
});

test('the README has the two command lines, and package.json their scripts', async (t) => {
	const [readme, file] = await Promise.all([read('README.md'), read('package.json')]);
	const { scripts } = JSON.parse(file) as { readonly scripts: Readonly<Record<string, string>> };
	for (const name of ['demo', 'test']) t.is(typeof scripts[name], 'string', name);
	for (const line of ['npm ci && npm run demo', 'npm ci && npm test']) {
		t.true(readme.split('\n').includes(line), line);
	}
});

test('every relative link of the documents leads somewhere', async (t) => {
	const pages = (await readdir(new URL('docs/', root))).map((name) => `docs/${name}`);
	const links = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...pages].map(async (page) =>
		[...(await read(page)).matchAll(/\]\((?!\w+:)([^)#\s]+)/g)].map(([, path = '']) => ({ page, path })),
	);
	const found = (await Promise.all(links)).flat();
	t.true(found.length > 10);
	for (const { page, path } of found) {
		await t.notThrowsAsync(stat(new URL(path, new URL(page, root))), `${page} → ${path}`);
	}
});

test('.editorconfig and biome.json agree', async (t) => {
	const [editor, file] = await Promise.all([read('.editorconfig'), read('biome.json')]);
	const { formatter } = JSON.parse(file) as {
		readonly formatter: { readonly indentStyle: string; readonly lineWidth: number };
	};
	const everything = editor.split('[*]')[1]?.split('[')[0] ?? '';
	t.true(everything.includes(`indent_style = ${formatter.indentStyle}\n`));
	t.true(everything.includes(`max_line_length = ${formatter.lineWidth}\n`));
});
