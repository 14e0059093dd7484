import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import type { Owner } from './temporary-folder.ts';

/** A call of a webhook. */
export interface Delivery {
	readonly headers: IncomingHttpHeaders;
	/** As it was sent, which is what is signed. */
	readonly text: string;
	readonly body: unknown;
}

/** Takes the calls of webhooks, on loopback. */
export interface WebhookInbox {
	readonly url: string;
	readonly secret: string;
	/** Not taken yet, the oldest first. */
	readonly waiting: readonly Delivery[];
	/** Takes the next calls, in the order they come; throws when there are fewer after 30 s. */
	take(count: number): Promise<readonly Delivery[]>;
}

/** Longer than any call takes to come, in ms. */
const patience = 30_000;

/** Calls of which `ignores` is true are answered, and forgotten. */
export async function openWebhookInbox(
	t: Owner,
	ignores: (body: unknown) => boolean = () => false,
): Promise<WebhookInbox> {
	const waiting: Delivery[] = [];
	const server = createServer((request, response) => {
		void text(request).then((sent) => {
			const body = JSON.parse(sent);
			if (!ignores(body)) waiting.push({ headers: request.headers, text: sent, body });
			response.end();
		});
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	t.teardown(async () => {
		server.closeAllConnections();
		await once(server.close(), 'close');
	});
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}/hook`,
		secret: randomBytes(16).toString('hex'),
		waiting,
		async take(count) {
			const deadline = Date.now() + patience;
			while (waiting.length < count) {
				if (Date.now() > deadline) {
					const told = waiting.map(({ headers }) => headers['x-gitea-event']).join(', ');
					throw new Error(`${waiting.length} of ${count} deliveries: ${told}`);
				}
				await setTimeout(20);
			}
			return waiting.splice(0, count);
		},
	};
}

/** Asserts that a call is signed with the secret, in each of the ways that Gitea signs. */
export function assertSigned({ headers, text: sent }: Delivery, secret: string): void {
	const sign = (hash: string): string => createHmac(hash, secret).update(sent).digest('hex');
	assert.equal(headers['x-gitea-signature'], sign('sha256'));
	assert.equal(headers['x-hub-signature-256'], `sha256=${sign('sha256')}`);
	assert.equal(headers['x-hub-signature'], `sha1=${sign('sha1')}`);
	assert.match(String(headers['x-gitea-delivery']), /^[0-9a-f-]{36}$/);
	assert.equal(headers['content-type'], 'application/json');
}
