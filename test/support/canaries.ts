// The secrets of tests. Each is one that sings: wherever it gets to, it is known again.
import { createHash } from 'node:crypto';

/** What to look for, and whose it is. */
const needles = new Map<string, string>();

/** A secret of this kind (`git-password`), the same each time; it may stand in a header, a URL, YAML and a shell. */
export function aCanary(what: string): string {
	if (!/^[a-z]+(-[a-z0-9]+)*$/.test(what)) throw new RangeError(`no kind of secret: ${what}`);
	const opening = `c4n4ryTweet.${what}.`;
	// A part of it is as bad as the whole.
	addForms(what, opening);
	return opening + createHash('sha256').update(what).digest('hex').slice(0, 24);
}

/** Looks for a secret that something else made, such as a private key or a token; returns it. */
export function watchFor(what: string, secret: string): string {
	// What is public of a key is broken into other lines where it stands alone.
	const lines = secret.split('\n').filter((line) => line.length >= 32 && !line.startsWith('-----'));
	if (lines.length === 0) throw new RangeError(`the ${what} is too short to be found again`);
	for (const line of lines) addForms(what, line);
	return secret;
}

function addForms(what: string, text: string): void {
	needles.set(text, what);
	needles.set(Buffer.from(text).toString('hex'), `${what} in hex`);
	for (const shift of [0, 1, 2]) {
		const whole = Buffer.from(' '.repeat(shift) + text).toString('base64');
		// The characters at both ends hold bits of what stands beside the secret.
		const own = whole.slice(
			Math.ceil((shift * 8) / 6),
			Math.floor(((shift + Buffer.byteLength(text)) * 8) / 6),
		);
		needles.set(own, `${what} in base64`);
		needles.set(own.replaceAll('+', '-').replaceAll('/', '_'), `${what} in base64`);
	}
}

/** Whether any secret was handed out in this process. */
export function hasCanaries(): boolean {
	return needles.size > 0;
}

/** The most bytes that a secret is known by. */
export function longestCanary(): number {
	return Math.max(0, ...[...needles.keys()].map((needle) => needle.length));
}

/** Which secret is in there, as it is or encoded: `git-password in base64`. */
export function findCanary(content: string | Uint8Array): string | undefined {
	if (!hasCanaries()) return undefined;
	const bytes =
		typeof content === 'string'
			? Buffer.from(content)
			: Buffer.from(content.buffer, content.byteOffset, content.byteLength);
	for (const [needle, what] of needles) {
		if (bytes.includes(needle, 0, 'latin1')) return what;
	}
	return undefined;
}

/** Throws where a secret is in there; `place` is where it was found: `the log of east`. */
export function refuseCanaries(place: string, content: string | Uint8Array): void {
	const what = findCanary(content);
	if (what !== undefined) throw new Error(`a secret got out: ${place} holds the ${what}`);
}
