import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ForgeCore } from '../forge-core.ts';
import { servePage } from '../pages/serve-page.ts';
import type { ForgeUser } from '../records.ts';
import type { Environment } from '../run-git.ts';
import { type Api, createApi } from './api.ts';
import { findAsker } from './credentials.ts';
import { serveGitService } from './git-service.ts';
import { meetGitFault, serveApi } from './serve-api.ts';
import { createWebhooks, type Webhooks } from './webhooks.ts';

export interface ForgeServerOptions {
	readonly core: ForgeCore;
	/** The folder of all repositories: `owner/name.git`. */
	readonly root: string;
	readonly environment: Environment;
	/** Default: any that is free. */
	readonly port?: number | undefined;
}

/** A forge on loopback: Gitea's API, git's smart HTTP, and pages for people. */
export interface ForgeServer {
	/** Without a slash at its end. */
	readonly url: string;
	readonly hooks: Webhooks;
	stop(): Promise<void>;
}

export async function startForgeServer(options: ForgeServerOptions): Promise<ForgeServer> {
	const { core, port = 0 } = options;
	let url = '';
	const hooks = createWebhooks(core, () => url);
	const api = createApi(core, hooks, () => url);
	const server = createServer((request, response) => {
		serve({ ...options, api }, request, response).catch(() => response.destroy());
	});
	await once(server.listen(port, '127.0.0.1'), 'listening');
	url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

	return {
		url,
		hooks,
		async stop() {
			await hooks.stop();
			server.closeAllConnections();
			await once(server.close(), 'close');
		},
	};
}

type ServerParts = ForgeServerOptions & { readonly api: Api };

async function serve(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
	const { pathname } = new URL(request.url ?? '/', 'http://localhost');
	if (pathname.startsWith('/api/v1/')) {
		await serveApi(parts, request, response);
		return;
	}
	const git = /^\/([\w.-]+)\/([\w.-]+?)(?:\.git)?\/(?:info\/refs|git-(?:upload|receive)-pack)$/.exec(
		pathname,
	);
	if (git === null) {
		await servePage(parts.core, request, response);
		return;
	}
	const [, owner = '', name = ''] = git;
	await serveGit(parts, { owner, name }, { request, response });
}

async function serveGit(
	{ core, root, environment }: ServerParts,
	{ owner, name }: { readonly owner: string; readonly name: string },
	{ request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> {
	if (await meetGitFault(core, response)) return;
	const hosted = core.repository(`${owner}/${name}`);
	const user = askerOf(core, request);
	if (user === 'unknown') {
		response.writeHead(401, { 'www-authenticate': 'Basic realm="Gitea"' }).end();
		return;
	}
	if (hosted === undefined) {
		response.writeHead(404).end('Not found.\n');
		return;
	}
	const place = `${owner}/${name}.git`;
	await serveGitService({ root, place, hosted, user, environment }, request, response);
}

function askerOf(core: ForgeCore, { headers }: IncomingMessage): ForgeUser | undefined | 'unknown' {
	try {
		return findAsker(core, headers.authorization);
	} catch {
		return 'unknown';
	}
}
