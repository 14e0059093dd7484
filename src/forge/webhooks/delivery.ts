/** One POST as it came, with the very bytes of its body. */
export interface WebhookDelivery {
	/** Names in lower case; one that came twice is joined with commas. */
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Uint8Array;
}

/** The forges whose deliveries can be told from forged ones. */
export type WebhookForge = 'GitHub' | 'GitLab' | 'Gitea' | 'Bitbucket';
