import { showText } from '../model/problem.ts';

/** A request that got no answer. */
export class NoAnswerError extends Error {
	override readonly name = 'NoAnswerError';
	/** False only when the request surely never reached the server. */
	readonly maybeActedOn: boolean;

	constructor(message: string, { maybeActedOn, ...options }: ErrorOptions & { maybeActedOn: boolean }) {
		super(message, options);
		this.maybeActedOn = maybeActedOn;
	}
}

/** Failures to connect (system calls, undici) … */
const connectCodes: ReadonlySet<string> = new Set([
	'EAI_AGAIN',
	'ECONNREFUSED',
	'EHOSTUNREACH',
	'ENETUNREACH',
	'ENOTFOUND',
	'UND_ERR_CONNECT_TIMEOUT',
]);

/** … and to trust whom we connected to (OpenSSL, Node). */
const trustCodes = /^(CERT_|DEPTH_ZERO_|ERR_TLS_|SELF_SIGNED_|UNABLE_TO_)/;

/** What a failed request means: the reason of an aborted `signal`, or a NoAnswerError. */
export function explainTransport(error: unknown, signal: AbortSignal): unknown {
	if (signal.aborted) return signal.reason;
	const code = codeOf(error);
	const maybeActedOn = !(connectCodes.has(code) || trustCodes.test(code));
	const message = error instanceof Error && error.message !== '' ? error.message : code;
	// A certificate that is not trusted is quoted.
	return new NoAnswerError(showText(message, 200), { maybeActedOn, cause: error });
}

function codeOf(error: unknown): string {
	return error instanceof Error && 'code' in error ? String(error.code) : '';
}
