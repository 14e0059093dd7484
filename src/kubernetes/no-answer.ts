import { showText } from '../model/problem.ts';

/** A request that got no answer. */
export class NoAnswerError extends Error {
	override readonly name: string = 'NoAnswerError';
	/** False only when the request surely never reached the server. */
	readonly maybeActedOn: boolean;

	constructor(message: string, { maybeActedOn, ...options }: ErrorOptions & { maybeActedOn: boolean }) {
		super(message, options);
		this.maybeActedOn = maybeActedOn;
	}
}

/** Failures to connect (system calls, undici, proxies) … */
const connectCodes: ReadonlySet<string> = new Set([
	'EAI_AGAIN',
	'ECONNREFUSED',
	'EHOSTUNREACH',
	'ENETUNREACH',
	'ENOTFOUND',
	'UND_ERR_CONNECT_TIMEOUT',
	'UND_ERR_PRX_CONN',
	'UND_ERR_PRX_TLS',
]);

/** … to be let through by a proxy … */
const tunnelFailure = /^Proxy response \(\d+\) !== 200 when HTTP Tunneling$/;

/** … and to trust whom we connected to (OpenSSL, Node). */
const trustCodes = /^(CERT_|DEPTH_ZERO_|ERR_OSSL_|ERR_TLS_|SELF_SIGNED_|UNABLE_TO_)/;

/** What the other side says when it does not trust us, which may come with the first bytes of an answer. */
const distrustCodes = /^ERR_SSL_/;

/** A connection that the other side dropped, before or while it was used. */
const lossCodes: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** What a failed request means: the reason of an aborted `signal`, or a NoAnswerError. */
export function explainTransport(error: unknown, signal: AbortSignal): unknown {
	if (signal.aborted) return signal.reason;
	const code = codeOf(error);
	const message = error instanceof Error && error.message !== '' ? error.message : code;
	const notSent = connectCodes.has(code) || trustCodes.test(code) || tunnelFailure.test(message);
	// A certificate that is not trusted is quoted.
	return new NoAnswerError(showText(message, 200), { maybeActedOn: !notSent, cause: error });
}

/** Whether the other side's certificate is not trusted, or ours not accepted. */
export function isDistrust(error: unknown): boolean {
	const code = codeOf(error);
	return trustCodes.test(code) || distrustCodes.test(code);
}

/** Whether the connection was dropped by the other side. */
export function isLostConnection(error: unknown): boolean {
	return lossCodes.has(codeOf(error));
}

function codeOf(error: unknown): string {
	return error instanceof Error && 'code' in error ? String(error.code) : '';
}
