// npm run lab -- build [--argo-cd] | up [--flux] | down | status: real clusters on this machine, east and west, in the background.
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { openApiAccess } from '../support/api-access.ts';
import { buildArgoCd } from './argo-cd/build.ts';
import { buildParts } from './build.ts';
import { buildGitea } from './gitea/build.ts';
import { detachLab, type HeldLab } from './held-lab.ts';
import { mergeKubeconfigs } from './merged-kubeconfig.ts';
import { allParts, fluxParts, workloadParts } from './parts.ts';

const folder = join(tmpdir(), `spillway-lab-${userInfo().username}`);
const stateFile = join(folder, 'state.json');
const kubeconfig = join(folder, 'kubeconfig');

const commands = { build, up: startLab, down: stopLab, status: showLab };
const [name = 'status', ...flags] = process.argv.slice(2);
/** Whether Flux runs in both. */
const flux = flags.includes('--flux');
const command = Object.entries(commands).find(([each]) => each === name)?.[1];
if (command === undefined) {
	tell(`Unknown command ${name}: one of ${Object.keys(commands).join(', ')}`);
	process.exitCode = 2;
} else await command();

/** Argo CD only where it is asked for: it takes minutes, and no test needs it. */
async function build(): Promise<void> {
	await buildParts(allParts, tell);
	await buildGitea(tell);
	if (flags.includes('--argo-cd')) await buildArgoCd(tell);
}

async function startLab(): Promise<void> {
	if ((await findLab()) !== undefined) return showLab();
	const parts = await buildParts([...new Set([...workloadParts, ...(flux ? fluxParts : [])])], tell);
	const start = Date.now();
	const lab = await detachLab({ names: ['east', 'west'], parts, controllers: true, flux });
	await mkdir(folder, { recursive: true, mode: 0o700 });
	await writeFile(kubeconfig, await mergeKubeconfigs(lab.clusters), { mode: 0o600 });
	await writeFile(stateFile, JSON.stringify(lab));
	tell(`up in ${((Date.now() - start) / 1000).toFixed(1)} s`);
	await showLab();
}

async function stopLab(): Promise<void> {
	const lab = await findLab();
	if (lab !== undefined) {
		process.kill(lab.pid);
		while (await isHolder(lab.pid)) await setTimeout(50);
	}
	await rm(folder, { recursive: true, force: true });
	tell(lab === undefined ? 'nothing was up' : 'down');
}

async function showLab(): Promise<void> {
	const lab = await findLab();
	if (lab === undefined) {
		tell('down; npm run lab -- up starts it');
		process.exitCode = 1;
		return;
	}
	for (const { name, url, pids, kubeconfig: file } of lab.clusters) {
		const access = openApiAccess(await readFile(file, 'utf8'));
		const { code } = await access.call({ method: 'GET', path: '/readyz' }).catch(() => ({ code: 0 }));
		await access.close();
		const processes = Object.entries(pids).map(([part, pid]) => `${part} ${pid}`);
		tell(`${name}: ${code === 200 ? 'ready' : 'not ready'} at ${url} (${processes.join(', ')})`);
	}
	tell(`export KUBECONFIG=${kubeconfig}    # contexts ${lab.clusters.map(({ name }) => name).join(', ')}`);
}

/** The lab that was started last, while its holder lives. */
async function findLab(): Promise<HeldLab | undefined> {
	const text = await readFile(stateFile, 'utf8').catch(() => undefined);
	if (text === undefined) return undefined;
	const lab: HeldLab = JSON.parse(text);
	return (await isHolder(lab.pid)) ? lab : undefined;
}

/** Whether a process is a holder: its number may by now be another's. */
async function isHolder(pid: number): Promise<boolean> {
	try {
		const { stdout } = await promisify(execFile)('ps', ['-o', 'args=', '-p', String(pid)]);
		return stdout.includes('hold.ts');
	} catch {
		return false;
	}
}

function tell(line: string): void {
	process.stdout.write(`${line}\n`);
}
