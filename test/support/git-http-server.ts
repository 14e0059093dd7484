import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname } from 'node:path';
import type { ExecutionContext } from 'ava';
import { type BareRepository, gitEnvironment } from './git-remote.ts';

/**
 * What befalls a request for a service: an HTTP error, the connection breaks before or after it is served, or the
 * answer begins and comes in drops.
 */
export type HttpFault = { readonly status: number } | 'break-before' | 'break-after' | 'trickle';

export interface GitHttpServer {
	readonly url: string;
	/** Requests served or failed, as `GET git-upload-pack` (its refs) or `POST git-receive-pack`. */
	readonly requests: readonly string[];
	/** What befalls the POST requests to a service from now on; `undefined` heals it. */
	fail(service: 'git-upload-pack' | 'git-receive-pack', fault: HttpFault | undefined): void;
}

export interface GitHttpServerOptions {
	/** Requests without these credentials are answered with 401. */
	readonly credentials?: { readonly user: string; readonly password: string };
	/** The server knows no newer protocol than Git's first: it tells all its refs, and gives out nothing else. */
	readonly firstProtocol?: boolean;
}

/** Serves a bare repository over smart HTTP by git's own http-backend, pushes included. */
export async function serveGit(
	t: Pick<ExecutionContext, 'teardown'>,
	repository: BareRepository,
	{ credentials, firstProtocol = false }: GitHttpServerOptions = {},
): Promise<GitHttpServer> {
	const requests: string[] = [];
	const faults = new Map<string, HttpFault>();
	await repository.git('config', 'http.receivepack', 'true');

	const server = createServer((request, response) => {
		const service = nameService(request);
		requests.push(`${request.method} ${service}`);
		if (credentials !== undefined && request.headers.authorization !== basicAuth(credentials)) {
			response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
			return;
		}
		const fault = request.method === 'POST' ? faults.get(service) : undefined;
		if (fault === 'break-before') response.destroy();
		else if (typeof fault === 'object') response.writeHead(fault.status).end();
		else runBackend({ repository, request, response, fault, firstProtocol });
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.teardown(() => {
		server.close();
		server.closeAllConnections();
	});

	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}/${basename(repository.path)}`,
		requests,
		fail(service, fault) {
			if (fault === undefined) faults.delete(service);
			else faults.set(service, fault);
		},
	};
}

interface Exchange {
	readonly repository: BareRepository;
	readonly request: IncomingMessage;
	readonly response: ServerResponse;
	/** `break-after`: the answer is thrown away once the service is through. */
	readonly fault: 'break-after' | 'trickle' | undefined;
	readonly firstProtocol: boolean;
}

function runBackend({ repository, request, response, fault, firstProtocol }: Exchange): void {
	const { pathname, search } = new URL(request.url ?? '', 'http://localhost');
	const backend = spawn('git', ['http-backend'], {
		stdio: ['pipe', 'pipe', 'ignore'],
		env: {
			...gitEnvironment(repository.path),
			GIT_HTTP_EXPORT_ALL: '1',
			GIT_PROJECT_ROOT: dirname(repository.path),
			PATH_INFO: decodeURIComponent(pathname),
			QUERY_STRING: search.slice(1),
			REQUEST_METHOD: request.method,
			REMOTE_USER: 'tester',
			CONTENT_TYPE: request.headers['content-type'] ?? '',
			HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
			GIT_PROTOCOL: firstProtocol ? '' : String(request.headers['git-protocol'] ?? ''),
		},
	});
	const output: Buffer[] = [];
	backend.stdin.on('error', () => undefined);
	request.pipe(backend.stdin);
	backend.stdout.on('data', (chunk) => output.push(chunk));
	backend.on('close', () => {
		if (fault === 'break-after') response.destroy();
		else answer(response, Buffer.concat(output), fault === 'trickle');
	});
}

/** `git-upload-pack` or `git-receive-pack`, whether asked for refs or for work. */
function nameService({ url = '' }: IncomingMessage): string {
	const { pathname, searchParams } = new URL(url, 'http://localhost');
	return searchParams.get('service') ?? basename(pathname);
}

/** Turns a CGI answer into an HTTP one. */
function answer(response: ServerResponse, output: Buffer, isSlow: boolean): void {
	const end = output.indexOf('\r\n\r\n');
	const fields = output.toString('latin1', 0, end).split('\r\n');
	let status = 200;
	for (const field of fields) {
		const [, name = '', value = ''] = /^([^:]*): *(.*)$/.exec(field) ?? [];
		if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
		else response.setHeader(name, value);
	}
	response.writeHead(status);
	if (isSlow) trickle(response, output.subarray(end + 4));
	else response.end(output.subarray(end + 4));
}

/** A few bytes at a time, until the other side has enough. */
function trickle(response: ServerResponse, body: Buffer): void {
	let at = 0;
	const timer = setInterval(() => {
		response.write(body.subarray(at, at + 4));
		at += 4;
		if (at >= body.length) response.end();
	}, 200);
	response.on('close', () => clearInterval(timer));
}

function basicAuth({ user, password }: { readonly user: string; readonly password: string }): string {
	return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
