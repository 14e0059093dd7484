// Listens for the forge's webhooks, which bring looks forward and decide nothing.
import { readFile } from 'node:fs/promises';
import type { WebhookForge } from '../../forge/webhooks/delivery.ts';
import type { Hint } from '../../forge/webhooks/hint.ts';
import { createWebhookReceiver } from '../../forge/webhooks/receiver.ts';
import { parseWebhookSecrets, type WebhookSecrets } from '../../forge/webhooks/secrets.ts';
import { startWebhookServer } from '../../forge/webhooks/server.ts';
import { backOff } from '../../model/backoff.ts';
import type { Clock, Random } from '../../model/ports/clock.ts';
import type { ForgeKind } from '../../model/ports/forge.ts';
import type { Log } from '../../model/ports/log.ts';
import { type Problem, ProblemError, problem } from '../../model/problem.ts';
import type { Milliseconds } from '../../model/time.ts';
import { usageError } from '../exit.ts';
import type { Task } from '../run-together.ts';
import type { OpenForge } from './open-forge.ts';

/** What flags say about webhooks. */
export interface WebhookFlags {
	/** `host:port`, or a port alone for every address. */
	readonly webhookListen?: string | undefined;
	/** A file with the secret that deliveries are signed with; two lines while it is replaced. */
	readonly webhookSecret?: string | undefined;
}

export interface WebhookParts {
	readonly forge: Pick<OpenForge, 'locate'> | undefined;
	readonly clock: Clock;
	readonly random: Random;
}

export interface WebhookListeners {
	readonly log: Log;
	readonly onHint: (hint: Hint) => void;
	readonly onProblem: (problem: Problem) => void;
}

/** What the listener is run by, once the loop can be told. */
export type ListenForWebhooks = (listeners: WebhookListeners) => Task;

/** The path that webhooks are sent to. */
export const webhookPath = '/webhook';

/** How long a secret that was read counts as known. */
const freshness: Milliseconds = 5_000;

/** `undefined` where nothing is to be listened for. Throws ProblemError (E_FLAG) for flags that are wrong. */
export function openWebhooks(flags: WebhookFlags, parts: WebhookParts): ListenForWebhooks | undefined {
	const { webhookListen, webhookSecret } = flags;
	if (webhookListen === undefined && webhookSecret === undefined) return undefined;
	if (webhookListen === undefined) {
		throw usageError('--webhook-secret', 'nothing says where to listen', 'add --webhook-listen <host:port>');
	}
	if (webhookSecret === undefined) {
		throw usageError('--webhook-listen', 'anybody could send webhooks', 'add --webhook-secret <file>');
	}
	const { forge } = parts;
	if (forge === undefined) {
		throw usageError('--webhook-listen', 'no forge is known that would send any', 'see --forge');
	}
	const address = readAddress(webhookListen);
	const secrets = openSecrets(webhookSecret, parts.clock);
	return (listeners) => (signal) => listen({ ...parts, forge, address, secrets, ...listeners }, signal);
}

interface Address {
	readonly host: string;
	readonly port: number;
}

function readAddress(text: string): Address {
	const [, bracketed, plain, digits = ''] = /^(?:\[([^\]]+)\]:|([^:]*):)?(\d{1,5})$/.exec(text) ?? [];
	const port = Number(digits);
	if (digits === '' || port > 65_535) {
		throw usageError(
			'--webhook-listen',
			'it is no address to listen on',
			'write <host>:<port>, such as :9443',
		);
	}
	return { host: bracketed ?? (plain || '::'), port };
}

type Listening = WebhookParts &
	WebhookListeners & {
		readonly forge: Pick<OpenForge, 'locate'>;
		readonly address: Address;
		readonly secrets: WebhookSecrets;
	};

/** Which forge sends them has to be known first. */
async function listen(listening: Listening, signal: AbortSignal): Promise<void> {
	const { address, secrets, clock, log, onHint } = listening;
	const location = await locate(listening, signal);
	if (location === undefined) return;
	const { kind, path: repository } = location;
	const forge = senderOf(kind);
	if (forge === undefined) {
		const where = { kind: 'named', name: '--webhook-listen' } as const;
		const message = `webhooks of ${kind} carry no signature, so they cannot be told from forged ones`;
		listening.onProblem(problem('E_WEBHOOK', { where, message, remedy: 'leave it out' }));
		return;
	}
	const receiver = createWebhookReceiver({
		forge,
		repository,
		secrets,
		path: webhookPath,
		onHint,
		clock,
		log,
	});
	const server = await startWebhookServer({ receiver, ...address });
	log.info('listening for webhooks', { port: server.port, path: webhookPath });
	await new Promise<void>((resolve) => {
		if (signal.aborted) resolve();
		signal.addEventListener('abort', () => resolve(), { once: true });
	});
	await server.close();
}

async function locate({ forge, clock, random, onProblem }: Listening, signal: AbortSignal) {
	for (let failures = 0; !signal.aborted; failures += 1) {
		try {
			return await forge.locate(signal);
		} catch (error) {
			if (signal.aborted) return undefined;
			if (!(error instanceof ProblemError)) throw error;
			if (failures === 0) onProblem(error.problem);
			await clock.sleep(backOff(failures, random), signal).catch(() => undefined);
		}
	}
	return undefined;
}

/** Azure DevOps signs nothing. */
function senderOf(kind: ForgeKind): WebhookForge | undefined {
	return kind === 'AzureDevOps' ? undefined : kind;
}

function openSecrets(file: string, clock: Clock): WebhookSecrets {
	let known: { readonly secrets: readonly string[]; readonly until: number } | undefined;
	return {
		async read() {
			if (known !== undefined && clock.now() < known.until) return known.secrets;
			const place = `the file ${file}`;
			const text = await readFile(file, 'utf8').catch((cause: unknown) => {
				const where = { kind: 'named', name: place } as const;
				throw new ProblemError(problem('E_WEBHOOK', { where, message: 'it cannot be read' }), { cause });
			});
			known = { secrets: parseWebhookSecrets(text, place), until: clock.now() + freshness };
			return known.secrets;
		},
	};
}
