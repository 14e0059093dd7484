import type { WebhookDelivery, WebhookForge } from './delivery.ts';

/** Ids that are remembered; the oldest go first. */
const maxIds = 4_096;

const longestId = 256;

const idHeaders: Readonly<Record<WebhookForge, readonly string[]>> = {
	GitHub: ['x-github-delivery'],
	GitLab: ['webhook-id', 'x-gitlab-event-uuid'],
	Gitea: ['x-forgejo-delivery', 'x-gitea-delivery'],
	Bitbucket: ['x-request-uuid'],
};

/** What the forge calls this delivery; it keeps the name when it delivers it again. */
export function readDeliveryId(forge: WebhookForge, { headers }: WebhookDelivery): string | undefined {
	const id = idHeaders[forge]
		.map((name) => headers[name])
		.find((value) => value !== undefined && value !== '');
	return id === undefined || id.length > longestId ? undefined : id;
}

/** Remembers deliveries, so that one that comes again is nothing new. */
export interface SeenDeliveries {
	/** Whether it is the first of this name; it is not from then on. */
	isFirst(id: string): boolean;
}

export function createSeenDeliveries(limit: number = maxIds): SeenDeliveries {
	const seen = new Set<string>();
	return {
		isFirst(id) {
			const isFirst = !seen.delete(id);
			seen.add(id);
			const [oldest] = seen;
			if (seen.size > limit && oldest !== undefined) seen.delete(oldest);
			return isFirst;
		},
	};
}
