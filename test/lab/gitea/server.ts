import { execFile } from 'node:child_process';
import {
	chmod,
	chown,
	constants,
	copyFile,
	glob,
	link,
	mkdir,
	mkdtemp,
	rm,
	writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { findFreePorts } from '../free-ports.ts';
import { type ServerProcess, startServer } from '../server-process.ts';
import type { GiteaPrograms } from './programs.ts';
import { formatSettings } from './settings.ts';

/** Somebody who asks a Gitea. */
export interface GiteaUser {
	readonly name: string;
	/** Of every scope. */
	readonly token: string;
	readonly password: string;
}

/** A Gitea as a process. */
export interface GiteaServer {
	readonly url: string;
	readonly admin: GiteaUser;
	readonly pid: number;
	/** Of its settings and its data, with `gitea.log` and `data/log/`. */
	readonly folder: string;
	/** Ends the process and removes every file. */
	stop(): Promise<void>;
}

/** `nobody`, on Linux: Gitea refuses to run as root. */
const nobody = 65_534;

/** Starts Gitea in a temporary folder, on a free port of loopback. A start that fails leaves nothing behind. */
export async function startGiteaServer(programs: GiteaPrograms): Promise<GiteaServer> {
	const folder = await mkdtemp(join(tmpdir(), 'spillway-gitea-'));
	const user = process.getuid?.() === 0 ? nobody : undefined;
	const servers: ServerProcess[] = [];
	const stop = async (): Promise<void> => {
		for (const server of servers) await server.stop();
		await rm(folder, { recursive: true, force: true, maxRetries: 3 });
	};
	try {
		const place = await layOut(programs, { folder, user });
		const server = await startServer({ ...place, name: 'gitea', args: ['web', '--config', place.config] });
		servers.push(server);
		await server.untilReady(async () => (await fetch(`${place.url}/api/healthz`)).ok);
		return { url: place.url, admin: await createAdmin(place), pid: server.pid, folder: place.folder, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

/** What Gitea's own commands need to know. */
interface Place {
	readonly folder: string;
	/** That it runs as. */
	readonly user: number | undefined;
	readonly program: string;
	readonly config: string;
	readonly url: string;
	readonly environment: NodeJS.ProcessEnv;
}

/** Whoever Gitea runs as can read everything below the folder, and write the working folder. */
async function layOut(
	programs: GiteaPrograms,
	{ folder, user }: Pick<Place, 'folder' | 'user'>,
): Promise<Place> {
	await chmod(folder, 0o755);
	const [port = 0] = await findFreePorts(1);
	const work = join(folder, 'work');
	const data = join(work, 'data');
	const files = join(folder, 'files');
	const program = join(folder, 'gitea');
	const config = join(work, 'app.ini');
	await put(programs.gitea, program);
	for await (const entry of glob('**/*', { cwd: programs.files, withFileTypes: true })) {
		if (!entry.isFile()) continue;
		const source = join(entry.parentPath, entry.name);
		await put(source, join(files, relative(programs.files, source)));
	}
	await mkdir(data, { recursive: true });
	await writeFile(config, formatSettings({ port, data, files }), { mode: 0o600 });
	if (user !== undefined) for (const path of [work, data, config]) await chown(path, user, user);
	// Nobody's own settings of git, and no other place for what is left behind.
	const environment = { HOME: data, XDG_CONFIG_HOME: data, TMPDIR: data };
	return { folder: work, user, program, config, url: `http://127.0.0.1:${port}`, environment };
}

/** A link, or a copy where the folders are on different disks. */
async function put(from: string, to: string): Promise<void> {
	await mkdir(dirname(to), { recursive: true });
	await link(from, to).catch(() => copyFile(from, to, constants.COPYFILE_FICLONE));
}

async function createAdmin({ program, config, folder, user, environment }: Place): Promise<GiteaUser> {
	const name = 'lab-admin';
	const { stdout } = await promisify(execFile)(
		program,
		[
			...['admin', 'user', 'create', '--config', config, '--admin', '--username', name],
			...['--email', `${name}@spillway.invalid`, '--random-password', '--must-change-password=false'],
			...['--access-token', '--access-token-scopes', 'all'],
		],
		{
			cwd: folder,
			env: { ...process.env, ...environment },
			...(user === undefined ? {} : { uid: user, gid: user }),
		},
	);
	const [, password] = /random password is '([^']+)'/.exec(stdout) ?? [];
	const [, token] = /token was successfully created\.* (\w+)/.exec(stdout) ?? [];
	if (password === undefined || token === undefined) throw new Error(`no admin was made:\n${stdout}`);
	return { name, token, password };
}
