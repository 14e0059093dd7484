import { verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';
import { aCanary } from './canaries.ts';

/** What one request for a token said. */
export interface TokenRequest {
	readonly path: string;
	readonly claims: Readonly<Record<string, unknown>>;
	readonly body: unknown;
}

export interface GitHubApi {
	readonly url: string;
	readonly requests: readonly TokenRequest[];
	/** Milliseconds since the epoch by GitHub's clock. */
	now: number;
	/** Of the tokens it hands out, in milliseconds. */
	life: number;
	/** Answers requests with this status instead. */
	status: number | undefined;
}

/**
 * The one endpoint of GitHub's API that hands out tokens of an App's installation. As GitHub does, it takes a JWT
 * that the App's key signed (RS256), that is not from the future and lasts ten minutes at most.
 */
export async function startGitHubApi(t: ExecutionContext, publicKey: string): Promise<GitHubApi> {
	const requests: TokenRequest[] = [];
	const server = createServer(async (request, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk);
		const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
		const claims = readClaims(token, publicKey);
		requests.push({
			path: `${request.method} ${request.url}`,
			claims: claims ?? {},
			body: JSON.parse(Buffer.concat(chunks).toString()),
		});
		const status = api.status ?? (isInTime(claims, api.now) ? 201 : 401);
		response.writeHead(status, { date: new Date(api.now).toUTCString(), 'content-type': 'application/json' });
		response.end(
			JSON.stringify(
				status === 201
					? { token: issuedToken(requests.length), expires_at: new Date(api.now + api.life).toISOString() }
					: { message: `no (${status})` },
			),
		);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.teardown(() => {
		server.close();
		server.closeAllConnections();
	});
	const { port } = server.address() as AddressInfo;
	const api: GitHubApi = {
		url: `http://127.0.0.1:${port}`,
		requests,
		now: 1_750_000_000_000,
		life: 3_600_000,
		status: undefined,
	};
	return api;
}

function readClaims(token: string, publicKey: string): Readonly<Record<string, unknown>> | undefined {
	const [header = '', body = '', signature = ''] = token.split('.');
	const isSigned = verify(
		'sha256',
		Buffer.from(`${header}.${body}`),
		publicKey,
		Buffer.from(signature, 'base64url'),
	);
	const { alg, typ } = JSON.parse(Buffer.from(header, 'base64url').toString() || '{}');
	if (!isSigned || alg !== 'RS256' || typ !== 'JWT') return undefined;
	return JSON.parse(Buffer.from(body, 'base64url').toString());
}

function isInTime(claims: Readonly<Record<string, unknown>> | undefined, now: number): boolean {
	const [issued, expires] = [Number(claims?.['iat']) * 1_000, Number(claims?.['exp']) * 1_000];
	return issued <= now && expires > now && expires - now <= 600_000;
}

/** The token that it answers a request with, counted from 1. */
export function issuedToken(n: number): string {
	return `ghs_${aCanary(`github-token-${n}`)}`;
}
