import { createHmac, randomUUID } from 'node:crypto';
import type { Milliseconds } from '../../../model/time.ts';
import type { ForgeCore } from '../forge-core.ts';
import type { ForgeEvent } from '../forge-events.ts';
import { describeEvent, hookEvents, type Notification } from './notifications.ts';

/** Where somebody wants to be told of events. */
export interface Webhook {
	readonly url: string;
	/** Signs what is sent. */
	readonly secret: string;
	/** As Gitea's API names them; those it does not know are dropped. */
	readonly events: readonly string[];
}

export interface Webhooks {
	/** Returns the events that are known. */
	add(repository: string, hook: Webhook): readonly string[];
	/** Sends nothing any more, and waits for what is being sent. */
	stop(): Promise<void>;
}

const patience: Milliseconds = 5_000;

/** Tells of what happens at a forge. Each hook is told of one event after the other; one that fails is not told again. */
export function createWebhooks(core: ForgeCore, origin: () => string): Webhooks {
	const hooks = new Map<string, { readonly hook: Webhook; sending: Promise<void> }[]>();
	const end = new AbortController();

	const deliver = (event: ForgeEvent): void => {
		const hosted = core.repository(event.repository);
		if (hosted === undefined) return;
		const notes = describeEvent({ hosted, origin: origin() }, event);
		for (const each of hooks.get(event.repository) ?? []) {
			for (const note of notes.filter(({ subscription }) => each.hook.events.includes(subscription))) {
				each.sending = each.sending.then(() => send(each.hook, note, end.signal));
			}
		}
	};
	const unsubscribe = core.subscribe(deliver);

	return {
		add(repository, { url, secret, events }) {
			const known = events.filter((each) => hookEvents.has(each));
			const others = hooks.get(repository) ?? [];
			const hook = { url, secret, events: known };
			hooks.set(repository, [...others, { hook, sending: Promise.resolve() }]);
			return known;
		},
		async stop() {
			unsubscribe();
			end.abort();
			const all = [...hooks.values()].flat();
			await Promise.all(all.map(({ sending }) => sending));
		},
	};
}

async function send(
	{ url, secret }: Webhook,
	{ event, type, payload }: Notification,
	signal: AbortSignal,
): Promise<void> {
	const body = JSON.stringify(payload);
	const signature = createHmac('sha256', secret).update(body).digest('hex');
	const headers = {
		'content-type': 'application/json',
		'x-gitea-delivery': randomUUID(),
		'x-gitea-event': event,
		'x-gitea-event-type': type,
		'x-gitea-signature': signature,
		'x-hub-signature': `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`,
		'x-hub-signature-256': `sha256=${signature}`,
		'x-gogs-event': event,
		'x-gogs-event-type': type,
		'x-gogs-signature': signature,
		'x-github-event': event,
		'x-github-event-type': type,
	};
	const stop = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
	// Whoever is not there misses it, as with any forge.
	await fetch(url, { method: 'POST', headers, body, signal: stop, redirect: 'manual' })
		.then((answer) => answer.body?.cancel())
		.catch(() => undefined);
}
