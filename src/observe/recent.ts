/** The values that were added last, up to a number of them. */
export interface Recent<T> {
	add(value: T): void;
	has(value: T): boolean;
}

export function createRecent<T>(most: number): Recent<T> {
	const values = new Set<T>();
	return {
		add(value) {
			values.delete(value);
			values.add(value);
			const [oldest] = values;
			if (values.size > most && oldest !== undefined) values.delete(oldest);
		},
		has: (value) => values.has(value),
	};
}
