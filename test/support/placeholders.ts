/** Values by the name they are referred to as `${name}`. */
export type Bindings = Map<string, unknown>;

/** The document with every `${name}` filled in; a string that is nothing else becomes the value itself. */
export function fillPlaceholders(document: unknown, bindings: ReadonlyMap<string, unknown>): unknown {
	if (typeof document === 'string') return fillText(document, bindings);
	if (Array.isArray(document)) return document.map((item) => fillPlaceholders(item, bindings));
	if (typeof document !== 'object' || document === null) return document;
	const fields = Object.entries(document).map(([key, value]) => [key, fillPlaceholders(value, bindings)]);
	return Object.fromEntries(fields);
}

function fillText(text: string, bindings: ReadonlyMap<string, unknown>): unknown {
	const [, whole] = /^\$\{([^}]+)\}$/.exec(text) ?? [];
	if (whole !== undefined) return readBinding(whole, bindings);
	return text.replace(/\$\{([^}]+)\}/g, (_, name: string) => String(readBinding(name, bindings)));
}

function readBinding(name: string, bindings: ReadonlyMap<string, unknown>): unknown {
	if (!bindings.has(name)) throw new Error(`nothing is called ${name}`);
	return bindings.get(name);
}
