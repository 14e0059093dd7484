import type { ForgeIdentity } from '../../model/ports/forge.ts';

/** Asks who we are once, and again with another token. */
export function rememberIdentity(
	tokensSeen: () => number,
	read: (signal: AbortSignal) => Promise<ForgeIdentity>,
): (signal: AbortSignal) => Promise<ForgeIdentity> {
	let known: { readonly identity: ForgeIdentity; readonly tokens: number } | undefined;
	return async (signal) => {
		if (known !== undefined && known.tokens === tokensSeen()) return known.identity;
		const identity = await read(signal);
		known = { identity, tokens: tokensSeen() };
		return identity;
	};
}
