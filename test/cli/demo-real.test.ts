// The demo on real API servers, as far as their parts are here.
import { execFile } from 'node:child_process';
import { chmod, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { giteaAtHand } from '../lab/gitea/programs.ts';
import { allParts, findParts, missingParts } from '../lab/parts.ts';
import { makeFolder } from '../support/temporary-folder.ts';

const launcher = fileURLToPath(new URL('../../src/cli/launcher.js', import.meta.url));
const gitea = await giteaAtHand();
const missing = [
	...missingParts(allParts, await findParts(allParts, process.env)),
	...(gitea.kind === 'programs' ? [] : ['gitea']),
];

interface Ended {
	readonly status: number;
	readonly output: string;
	/** What it left in its folder for temporary files. */
	readonly left: readonly string[];
}

async function playDemo(t: ExecutionContext, environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
	const folder = await makeFolder(t);
	// Gitea, which is not run as root, has to find its way in.
	await chmod(folder, 0o755);
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
		t.timeout(180_000);
		const { status, output, left } = await playDemo(t);
		t.is(status, 0, output);
		t.regex(output, /Two real Kubernetes clusters/);
		const moves = [...output.matchAll(/live weights are (\S+):/g)].map(([, weights]) => weights);
		t.deepEqual(moves, ['0/1', '1/0', '0/1', '1/0', '0/1', '1/0']);
		t.is(output.match(/✔.*so does linkerd-smi's ServiceProfile/g)?.length, 6);
		t.is(output.match(/✔.*Flux's kustomize-controller reports the commit as applied: synced/g)?.length, 4);
		t.is(output.match(/✔.*Spillway has told Flux of it/g)?.length, 4);
		t.regex(output, /\n {2}✔ synced +fetched (\w+), applied \1\n +Kustomization flux-system\/east\n/);
		t.regex(output, /\n {2}✔ verdict +in step: /);
		t.regex(output, /✔.*Gitea on 127\.0\.0\.1/);
		const titles = [...output.matchAll(/^ {12}#(\d) (fail\w+)\(emojivoto\/emoji\): (.+)$/gm)];
		t.deepEqual(
			titles.map(([, ...facts]) => facts.join(' ')),
			['1 failover east → west', '2 failback west → east'],
		);
		t.is(output.match(/✔.*main has the merge/g)?.length, 2);
		t.is(output.match(/✔.*Spillway has set the commit status spillway\/applied/g)?.length, 2);
		t.regex(output, /Commit {7}failback +\d+\.\d\ds +–( +\d+\.\d\ds){4}\n/);
		t.regex(output, /PullRequest {2}failback( +\d+\.\d\ds){6}\n/);
		t.deepEqual(left, []);
	});
}

test('--real without the parts says how to get them, and starts nothing', async (t) => {
	const nowhere = { PATH: '/nowhere', KUBEBUILDER_ASSETS: '', XDG_CACHE_HOME: '/nowhere' };
	const { status, output, left } = await playDemo(t, nowhere);
	t.is(status, 2, output);
	t.regex(output, /^--real E_FLAG no etcd, (no [a-z-]+, ){3}no kustomize-controller, no gitea here/);
	t.regex(output, /npm run lab -- build/);
	t.deepEqual(left, []);
});
