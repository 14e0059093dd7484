/** A mapping of an object whose schema nobody checked. */
export type Unstructured = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Unstructured {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
