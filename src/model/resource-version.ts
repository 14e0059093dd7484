/**
 * Whether version `a` is older than `b`. Versions of one resource type compare as integers of any length
 * (KEP-5504), so by length, then by text, never by parsing. Where either is no integer, none is older.
 */
export function isOlderVersion(a: string, b: string): boolean {
	if (!isInteger(a) || !isInteger(b)) return false;
	return a.length === b.length ? a < b : a.length < b.length;
}

/** The newer of what was seen before and `version`; what cannot be compared takes the place of the other. */
export function newerVersion(seen: string | undefined, version: string): string {
	return seen !== undefined && isOlderVersion(version, seen) ? seen : version;
}

function isInteger(version: string): boolean {
	return /^(0|[1-9]\d*)$/.test(version);
}
