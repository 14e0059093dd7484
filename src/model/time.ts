/** Milliseconds since the Unix epoch, as a `Clock` tells them. */
export type Instant = number;

/** A span in milliseconds. */
export type Milliseconds = number;

const units: readonly (readonly [string, Milliseconds])[] = [
	['h', 3_600_000],
	['m', 60_000],
	['s', 1_000],
	['ms', 1],
];

/** Writes a span the way policies write it: `2m`, `1m30s`, `250ms`, `0s`. */
export function formatDuration(span: Milliseconds): string {
	let rest = Math.max(0, Math.round(span));
	let text = '';
	for (const [unit, size] of units) {
		const count = Math.floor(rest / size);
		if (count > 0) {
			text += `${count}${unit}`;
			rest -= count * size;
		}
	}
	return text === '' ? '0s' : text;
}

/** The earlier of two instants, where `undefined` means "never". */
export function earlier(a: Instant | undefined, b: Instant | undefined): Instant | undefined {
	if (a === undefined) return b;
	if (b === undefined) return a;
	return Math.min(a, b);
}
