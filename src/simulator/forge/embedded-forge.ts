import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../model/ports/clock.ts';
import type { Login, Permission } from '../../model/ports/forge.ts';
import { createGitRemote } from '../git-remote.ts';
import { createDiskForgeRepository } from './disk-forge-repository.ts';
import { createForgeCore, type ForgeCore, type NewForgeUser } from './forge-core.ts';
import type { ForgeFaults } from './forge-faults.ts';
import type { HostedRepository } from './hosted-repository.ts';
import { startForgeServer } from './http/forge-server.ts';
import { prepareGitService } from './http/git-service.ts';
import type { Webhook } from './http/webhooks.ts';
import type { Environment } from './run-git.ts';

/** A repository to begin with. */
export interface EmbeddedRepository {
	/** One of the users. */
	readonly owner: Login;
	readonly name: string;
	/** Texts by path, in the first commit on `main`. */
	readonly files: ReadonlyMap<string, string>;
	/** What others than the owner may do; everybody may read. */
	readonly rights?: Readonly<Record<Login, Permission>>;
	/** Of the first commit. */
	readonly message?: string;
}

export interface EmbeddedForgeOptions {
	readonly clock: Clock;
	/** Where repositories are made. */
	readonly folder: string;
	readonly environment: Environment;
	readonly users: readonly NewForgeUser[];
	readonly repository: EmbeddedRepository;
	/** Default: any that is free. */
	readonly port?: number;
}

/** A repository that the forge serves. */
export interface ServedRepository {
	/** To clone from and push to, with a user's token for a password; the API's callers name it too. */
	readonly url: string;
	/** Its page. */
	readonly page: string;
	/** The bare repository on disk. */
	readonly path: string;
	readonly hosted: HostedRepository;
}

/** A forge on loopback that speaks as Gitea does, over real Git repositories. */
export interface EmbeddedForge {
	/** Without a slash at its end. */
	readonly url: string;
	readonly core: ForgeCore;
	readonly faults: ForgeFaults;
	readonly repository: ServedRepository;
	addRepository(repository: EmbeddedRepository): Promise<ServedRepository>;
	/** Tells a URL of the repository's events. */
	addWebhook(repository: ServedRepository, hook: Webhook): void;
	stop(): Promise<void>;
}

export async function startEmbeddedForge(options: EmbeddedForgeOptions): Promise<EmbeddedForge> {
	const { clock, folder, environment, users, port } = options;
	const core = createForgeCore({ clock, users });
	const server = await startForgeServer({ core, root: folder, environment, port });

	const addRepository = async (repository: EmbeddedRepository): Promise<ServedRepository> => {
		const { owner, name, files, rights = {}, message = 'first commit' } = repository;
		const path = join(folder, owner, `${name}.git`);
		await mkdir(join(folder, owner), { recursive: true });
		const user = core.user(owner);
		if (user === undefined) throw new RangeError(`${owner} is no user`);
		const author = { name: user.name, email: user.email };
		await createGitRemote({ folder: path, files, message, author, at: clock.now() });
		await prepareGitService(path);
		const git = createDiskForgeRepository({ gitdir: path, environment });
		const hosted = await core.addRepository({ owner, name, git, rights });
		const page = `${server.url}/${owner}/${name}`;
		return { url: `${page}.git`, page, path, hosted };
	};

	return {
		url: server.url,
		core,
		faults: core.faults,
		repository: await addRepository(options.repository),
		addRepository,
		addWebhook: ({ hosted }, hook) => void server.hooks.add(hosted.fullName, hook),
		stop: server.stop,
	};
}
