// The demo on real API servers, as far as their parts are here.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { allParts, findParts, missingParts } from '../lab/parts.ts';

const launcher = fileURLToPath(new URL('../../src/cli/launcher.js', import.meta.url));
const missing = missingParts(allParts, await findParts(allParts, process.env));

interface Ended {
	readonly status: number;
	readonly output: string;
	/** What it left in its folder for temporary files. */
	readonly left: readonly string[];
}

async function playDemo(t: ExecutionContext, environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
	const folder = await mkdtemp(join(tmpdir(), 'demo-test-'));
	t.teardown(() => rm(folder, { recursive: true, force: true }));
	const env = { ...process.env, ...environment, TMPDIR: folder };
	return await new Promise((resolve) => {
		execFile(process.execPath, [launcher, 'demo', '--real'], { env }, async (error, stdout, stderr) => {
			const status = error === null ? 0 : Number(error.code);
			resolve({ status, output: stdout + stderr, left: await readdir(folder) });
		});
	});
}

if (missing.length > 0) {
	test('the demo on real clusters is left out', (t) => {
		t.log(`The demo on real clusters is left out: no ${missing.join(', no ')}`);
		t.pass();
	});
} else {
	test('real: the demo tells its story on real clusters, and leaves nothing behind', async (t) => {
		t.timeout(120_000);
		const { status, output, left } = await playDemo(t);
		t.is(status, 0, output);
		t.regex(output, /Two real Kubernetes clusters/);
		const moves = [...output.matchAll(/live weights are (\S+):/g)].map(([, weights]) => weights);
		t.deepEqual(moves, ['0/1', '1/0', '0/1', '1/0']);
		t.is(output.match(/✔.*so does linkerd-smi's ServiceProfile/g)?.length, 4);
		t.regex(output, /Commit {2}failback +\d+\.\d\ds +\d+\.\d\ds +\d+\.\d\ds\n/);
		t.deepEqual(left, []);
	});
}

test('--real without the parts says how to get them, and starts nothing', async (t) => {
	const nowhere = { PATH: '/nowhere', KUBEBUILDER_ASSETS: '', XDG_CACHE_HOME: '/nowhere' };
	const { status, output, left } = await playDemo(t, nowhere);
	t.is(status, 2, output);
	t.regex(output, /^--real E_FLAG no etcd, no kube-apiserver, no kube-controller-manager, no kwok here/);
	t.regex(output, /npm run lab -- build/);
	t.deepEqual(left, []);
});
