import { ProblemError, problem } from '../../model/problem.ts';

/** Where the secrets that deliveries are signed with come from. While one is replaced, two are good. */
export interface WebhookSecrets {
	/** Throws ProblemError. Asked for each delivery: keeps what it has read for as long as that is good. */
	read(): Promise<readonly string[]>;
}

/** One that is shorter is guessed. */
const shortest = 16;

/** One secret on each line. Throws ProblemError (E_WEBHOOK) where there is none, or one that is no secret. */
export function parseWebhookSecrets(text: string, place: string): readonly string[] {
	const secrets = text
		.split(/\r?\n/)
		.map((line) => line.trim())
		.filter((line) => line !== '');
	if (secrets.length === 0) throw refuse(place, 'the secret for webhooks is empty');
	if (secrets.some((secret) => secret.length < shortest)) {
		throw refuse(place, `a secret for webhooks has fewer than ${shortest} characters`);
	}
	return secrets;
}

function refuse(place: string, message: string): ProblemError {
	const remedy = 'make one with: openssl rand -hex 32; give the same to the forge';
	return new ProblemError(problem('E_WEBHOOK', { where: { kind: 'named', name: place }, message, remedy }));
}
