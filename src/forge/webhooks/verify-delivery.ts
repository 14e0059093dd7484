import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Instant, Milliseconds } from '../../model/time.ts';
import type { WebhookDelivery, WebhookForge } from './delivery.ts';

/** How far a signed time may be from ours: Standard Webhooks recommends it. */
const timeWindow: Milliseconds = 300_000;

/** A secret of Standard Webhooks: it signs, and is itself sent nowhere. */
const signingPrefix = 'whsec_';

/** Whether one of the secrets vouches for the delivery. Takes the same time whichever it is, and however it fails. */
export function isGenuine(
	forge: WebhookForge,
	delivery: WebhookDelivery,
	secrets: readonly string[],
	now: Instant,
): boolean {
	const results = secrets
		.filter((secret) => secret !== '')
		.map((secret) => vouches(forge, delivery, secret, now));
	return results.includes(true);
}

function vouches(forge: WebhookForge, delivery: WebhookDelivery, secret: string, now: Instant): boolean {
	const { headers } = delivery;
	switch (forge) {
		case 'GitHub':
			return matchesHubSignature(delivery, 'x-hub-signature-256', secret);
		case 'Bitbucket':
			return matchesHubSignature(delivery, 'x-hub-signature', secret);
		case 'Gitea': {
			const bare = headers['x-forgejo-signature'] ?? headers['x-gitea-signature'];
			if (bare === undefined) return matchesHubSignature(delivery, 'x-hub-signature-256', secret);
			return matchesHex(bare, delivery.body, secret);
		}
		case 'GitLab':
			return 'webhook-signature' in headers
				? matchesStandardSignature(delivery, secret, now)
				: !secret.startsWith(signingPrefix) && isSame(headers['x-gitlab-token'] ?? '', secret);
	}
}

/** `sha256=<hex>`; GitHub's older `x-hub-signature`, which is SHA-1, is not taken. */
function matchesHubSignature({ headers, body }: WebhookDelivery, name: string, secret: string): boolean {
	const [, hex = ''] = /^sha256=(.*)$/.exec(headers[name] ?? '') ?? [];
	return matchesHex(hex, body, secret);
}

function matchesHex(given: string, body: Uint8Array, secret: string): boolean {
	return isSame(given.toLowerCase(), createHmac('sha256', secret).update(body).digest('hex'));
}

/** Standard Webhooks: id, time and body are signed; while a secret is changed there are several signatures. */
function matchesStandardSignature({ headers, body }: WebhookDelivery, secret: string, now: Instant): boolean {
	const id = headers['webhook-id'] ?? '';
	const timestamp = headers['webhook-timestamp'] ?? '';
	const key = secret.startsWith(signingPrefix)
		? Buffer.from(secret.slice(signingPrefix.length), 'base64')
		: Buffer.from(secret);
	const own = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
	const given = (headers['webhook-signature'] ?? '').split(/[ ,]+/).slice(0, 32);
	// Between two commas or spaces stand versions and signatures alike; no version is a signature.
	const isSigned = given.map((each) => isSame(each, own)).includes(true);
	const isInTime = /^\d{1,12}$/.test(timestamp) && Math.abs(Number(timestamp) * 1_000 - now) <= timeWindow;
	return isSigned && isInTime && id !== '' && key.length > 0;
}

/** Of digests, so that neither length nor content shows in the time it takes. */
function isSame(given: string, expected: string): boolean {
	const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
	return timingSafeEqual(digest(given), digest(expected));
}
