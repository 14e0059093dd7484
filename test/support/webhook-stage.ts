import { createHmac } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import type { Hint } from '../../src/forge/webhooks/hint.ts';
import { createWebhookReceiver, type WebhookReceiverOptions } from '../../src/forge/webhooks/receiver.ts';
import { startWebhookServer } from '../../src/forge/webhooks/server.ts';
import type { LogFields } from '../../src/model/ports/log.ts';
import { createVirtualClock, type VirtualClock } from '../../src/simulator/virtual-clock.ts';
import { aCanary } from './canaries.ts';

export const webhookSecret: string = aCanary('webhook-secret');

export interface WebhookStage {
	readonly url: string;
	readonly port: number;
	readonly hints: readonly Hint[];
	readonly logged: readonly { readonly message: string; readonly fields: LogFields | undefined }[];
	readonly clock: VirtualClock;
	/** Sends a body to the one path that is listened at, signed as Gitea does unless other headers say more. */
	send(body: string | Uint8Array<ArrayBuffer>, headers?: Readonly<Record<string, string>>): Promise<Response>;
}

/** A receiver for deliveries of `acme/config` at a Gitea, on a server of its own. */
export async function openWebhookStage(
	t: ExecutionContext,
	options: Partial<WebhookReceiverOptions> = {},
): Promise<WebhookStage> {
	const hints: Hint[] = [];
	const logged: { message: string; fields: LogFields | undefined }[] = [];
	const note = (message: string, fields?: LogFields): void => {
		logged.push({ message, fields });
	};
	const clock = createVirtualClock();
	const receiver = createWebhookReceiver({
		forge: 'Gitea',
		repository: 'acme/config',
		secrets: { read: async () => [webhookSecret] },
		path: '/webhook',
		onHint: (hint) => hints.push(hint),
		clock,
		log: { info: note, warn: note, error: note },
		...options,
	});
	const server = await startWebhookServer({ receiver, host: '127.0.0.1', port: 0 });
	t.teardown(() => server.close());
	const url = `http://127.0.0.1:${server.port}/webhook`;
	return {
		url,
		port: server.port,
		hints,
		logged,
		clock,
		send: (body, headers) =>
			fetch(url, { method: 'POST', body, headers: headers ?? signAsGitea(Buffer.from(body)) }),
	};
}

export function hmac(body: Uint8Array | string, secret: string = webhookSecret): string {
	return createHmac('sha256', secret).update(body).digest('hex');
}

/** The headers of a push, as Gitea sends them. */
export function signAsGitea(body: Uint8Array | string, event = 'push'): Readonly<Record<string, string>> {
	return { 'content-type': 'application/json', 'x-gitea-event': event, 'x-gitea-signature': hmac(body) };
}

export const commitId: string = 'c0ffee0000000000000000000000000000000000';

/** A push to `main`, as GitHub and Gitea tell of it. */
export const pushPayload: string = JSON.stringify({
	ref: 'refs/heads/main',
	after: commitId,
	repository: { full_name: 'acme/config', clone_url: 'https://evil.example/x.git' },
});
