import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../model/ports/clock.ts';
import type { Log } from '../../model/ports/log.ts';
import type { Instant, Milliseconds } from '../../model/time.ts';
import type { WebhookDelivery, WebhookForge } from './delivery.ts';
import type { Hint } from './hint.ts';
import { decodePayload } from './payload.ts';
import { readBody } from './read-body.ts';
import { readHints } from './read-hints.ts';
import type { WebhookSecrets } from './secrets.ts';
import { createSeenDeliveries, readDeliveryId } from './seen-deliveries.ts';
import { isGenuine } from './verify-delivery.ts';

export interface WebhookReceiverOptions {
	readonly forge: WebhookForge;
	/** As the forge calls it: `owner/name`. Deliveries of others are taken and lead to nothing. */
	readonly repository: string;
	readonly secrets: WebhookSecrets;
	/** The one path that is listened at: `/webhook`. */
	readonly path: string;
	/** Must cost next to nothing, however often it is called. */
	readonly onHint: (hint: Hint) => void;
	readonly clock: Clock;
	readonly log: Log;
}

/** Answers one request of node:http. Never throws. */
export type WebhookReceiver = (request: IncomingMessage, response: ServerResponse) => void;

/** Bodies that are read at the same time; each may be of 1 MiB. */
const maxOpen = 64;

/** How often failures are told of. */
const quiet: Milliseconds = 60_000;

/**
 * 202 = taken, 200 = of no interest, 400 = not JSON, 401 = not signed by whom it should be, 404 and 405 = nothing is
 * listened for there, 408 = too slow, 413 = too long, 415 = compressed, 429 = too many at once, 503 = no secrets.
 */
type Status = 200 | 202 | 400 | 401 | 404 | 405 | 408 | 413 | 415 | 429 | 503;

export function createWebhookReceiver(options: WebhookReceiverOptions): WebhookReceiver {
	const seen = createSeenDeliveries();
	const tell = createFailureLog(options);
	let open = 0;

	const judge = async (request: IncomingMessage): Promise<Status | 'gone'> => {
		const refusal = refuseHead(request, options.path);
		if (refusal !== undefined) return refusal;
		if (open >= maxOpen) return 429;
		open += 1;
		try {
			const body = await readBody(request, options.clock);
			if (typeof body !== 'object') return body;
			return await take(options, seen.isFirst, { headers: joinHeaders(request), body });
		} finally {
			open -= 1;
		}
	};

	return (request, response) => {
		// A connection that breaks is no news.
		request.on('error', () => undefined);
		response.on('error', () => undefined);
		judge(request).then(
			(status) => {
				if (status === 'gone') return;
				if (status >= 400) tell(status);
				answer(response, status);
			},
			() => {
				tell(503);
				answer(response, 503);
			},
		);
	};
}

/** What needs no body to be refused. */
function refuseHead({ url = '', method, headers }: IncomingMessage, path: string): Status | undefined {
	if (url.split('?')[0] !== path) return 404;
	if (method !== 'POST') return 405;
	// Nothing is inflated for somebody who has proved nothing yet.
	return (headers['content-encoding'] ?? 'identity') === 'identity' ? undefined : 415;
}

async function take(
	{ forge, repository, secrets, clock, onHint }: WebhookReceiverOptions,
	isFirst: (id: string) => boolean,
	delivery: WebhookDelivery,
): Promise<Status> {
	if (!isGenuine(forge, delivery, await secrets.read(), clock.now())) return 401;
	const payload = decodePayload(delivery);
	if (payload === undefined) return 400;
	const hints = readHints(forge, repository, delivery, payload);
	const id = readDeliveryId(forge, delivery);
	if (id !== undefined && !isFirst(id)) return 202;
	for (const hint of hints) onHint(hint);
	return hints.length === 0 ? 200 : 202;
}

function joinHeaders({ headers }: IncomingMessage): WebhookDelivery['headers'] {
	const entries = Object.entries(headers).map(
		([name, value]) => [name, [value ?? ''].flat().join(',')] as const,
	);
	return Object.fromEntries(entries);
}

/** Says nothing but the status: why is for the log of whoever runs us, and what was sent is for nobody. */
function answer(response: ServerResponse, status: Status): void {
	// What is left of a body that was not read must not be taken for the next request.
	const headers: Record<string, string | number> = { 'content-length': 0 };
	if (!response.req.complete) headers['connection'] = 'close';
	if (status === 405) headers['allow'] = 'POST';
	if (status === 429) headers['retry-after'] = 1;
	response.writeHead(status, headers);
	response.end();
}

/** Tells of failures once a minute at most: whoever knows the address can cause as many as they like. */
function createFailureLog({ clock, log, path }: WebhookReceiverOptions): (status: Status) => void {
	const counts = new Map<Status, number>();
	let toldAt: Instant = Number.NEGATIVE_INFINITY;
	return (status) => {
		counts.set(status, (counts.get(status) ?? 0) + 1);
		if (clock.now() - toldAt < quiet) return;
		toldAt = clock.now();
		log.warn('webhooks were refused', { path, refused: Object.fromEntries(counts) });
		counts.clear();
	};
}
