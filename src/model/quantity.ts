const suffixes: ReadonlyMap<string, number> = new Map([
	['n', 1e-9],
	['u', 1e-6],
	['m', 1e-3],
	['', 1],
	['k', 1e3],
	['M', 1e6],
	['G', 1e9],
	['T', 1e12],
	['Ki', 2 ** 10],
	['Mi', 2 ** 20],
	['Gi', 2 ** 30],
]);

/** The number a Kubernetes Quantity stands for (`500m` = 0.5, `1k` = 1000), `undefined` for anything else. */
export function parseQuantity(text: string): number | undefined {
	const match = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|(n|u|m|k|M|G|T|Ki|Mi|Gi))?$/.exec(text);
	if (match === null) return undefined;
	const [, digits = '', exponent = '', suffix = ''] = match;
	return Number(digits + exponent) * (suffixes.get(suffix) ?? 1);
}
