import { createPrivateKey, sign } from 'node:crypto';
import type { Instant } from '../model/time.ts';

/** GitHub takes no more than ten minutes; its clock and ours may differ by one. */
const lifeSeconds = 9 * 60;
const skewSeconds = 60;

/** The JWT by which an App says who it is: RS256, RFC 7519. Throws where the key is not an RSA private key. */
export function signAppToken(
	{ appId, privateKey }: { readonly appId: string; readonly privateKey: string },
	at: Instant,
): string {
	const key = createPrivateKey(privateKey);
	if (key.asymmetricKeyType !== 'rsa') throw new TypeError(`a key of type ${key.asymmetricKeyType}`);
	const now = Math.floor(at / 1_000);
	const claims = { iat: now - skewSeconds, exp: now + lifeSeconds, iss: appId };
	const text = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`;
	return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
}

function encode(value: object): string {
	return Buffer.from(JSON.stringify(value)).toString('base64url');
}
