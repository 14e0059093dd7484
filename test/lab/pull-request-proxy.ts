import { once } from 'node:events';
import { createServer, type IncomingMessage, request as open, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Owner } from '../support/temporary-folder.ts';

/** Where a process dies: at its so-many-th request that changes something, before that is carried out or after. */
export interface KillPoint {
	/** Counted from 1. */
	readonly at: number;
	readonly when: 'before' | 'after';
	/** Ends the process; the request is never answered. */
	readonly kill: () => Promise<void>;
}

/** A way to a forge, for git as well as for its API. */
export interface ForgeProxy {
	readonly url: string;
	/** What changed something, in order: `POST /api/v1/repos/o/r/pulls`. */
	readonly changes: readonly string[];
	/** From now on. */
	killAt(point: KillPoint): void;
}

/** Passes every request on to the forge, one that is cut off as well. */
export async function startForgeProxy(t: Owner, forge: string): Promise<ForgeProxy> {
	const changes: string[] = [];
	let point: (KillPoint & { readonly from: number }) | undefined;

	const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		const isChange = changesSomething(request);
		if (isChange) changes.push(`${request.method} ${request.url}`);
		const reached = isChange && point !== undefined && changes.length - point.from === point.at;
		const dying = reached ? point : undefined;
		if (dying?.when === 'before') {
			await dying.kill();
			response.destroy();
			return;
		}
		const { method, url = '/', headers } = request;
		const outgoing = open(new URL(url, forge), { ...(method && { method }), headers, agent: false });
		const answered = once(outgoing, 'response');
		request.pipe(outgoing);
		const [answer] = (await answered) as [IncomingMessage];
		if (dying !== undefined) {
			await once(answer.resume(), 'end');
			await dying.kill();
			response.destroy();
			return;
		}
		response.writeHead(answer.statusCode ?? 502, answer.headers);
		answer.pipe(response);
	};
	const server = createServer((request, response) => {
		pass(request, response).catch(() => response.destroy());
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	t.teardown(async () => {
		server.closeAllConnections();
		await once(server.close(), 'close');
	});
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		changes,
		killAt(next) {
			point = { ...next, from: changes.length };
		},
	};
}

function changesSomething({ method = 'GET', url = '' }: IncomingMessage): boolean {
	return method !== 'GET' && method !== 'HEAD' && !url.endsWith('/git-upload-pack');
}
