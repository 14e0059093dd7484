import type { ForgeError, ForgeRetry } from '../../model/ports/forge.ts';
import type { RawAnswer } from '../http/attempt.ts';
import { type Asked, classifyAnswer, type ForgePlace, forgeError } from '../http/refusal.ts';

/** A request that GitHub understands and will not carry out, in its words. */
export function refuse(
	api: ForgePlace,
	asked: Asked,
	{ answer, retry }: { readonly answer: RawAnswer; readonly retry: ForgeRetry },
): ForgeError {
	const { message } = classifyAnswer(api, asked, answer).problem;
	return forgeError(api, 'E_FORGE_REFUSED', { message, retry });
}
