import type { ForgeCore } from '../forge-core.ts';
import type { ForgeUser } from '../records.ts';
import { ForgeRefusal } from '../refusal.ts';

/**
 * Who a request is from, by its Authorization header: `token …`, `Bearer …`, or Basic with the token as the password or
 * as the name. Throws where that is nobody; `undefined` where there is no such header.
 */
export function findAsker(core: ForgeCore, header: string | undefined): ForgeUser | undefined {
	if (header === undefined) return undefined;
	const [, scheme = '', value = ''] = /^(\w+) +(.+)$/.exec(header) ?? [];
	const tokens = scheme.toLowerCase() === 'basic' ? readBasic(value) : [value];
	const found = tokens.map((token) => core.userByToken(token)).find((user) => user !== undefined);
	if (found === undefined) throw new ForgeRefusal(401, 'invalid username, password or token');
	return found;
}

function readBasic(value: string): readonly string[] {
	const [name = '', ...password] = Buffer.from(value, 'base64').toString().split(':');
	return [password.join(':'), name];
}
