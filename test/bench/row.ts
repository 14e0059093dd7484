/** One line of the result. */
export interface Row {
	/** Which part of the bench it comes from. */
	readonly part: string;
	readonly what: string;
	readonly value: number;
	readonly unit: Unit;
	/** What DESIGN asks for; absent, the row explains another. */
	readonly target?: Target;
}

export type Unit = 'ms' | 's' | '×' | '%' | 'MiB' | '/s' | '';

export interface Target {
	readonly kind: 'at most' | 'at least';
	readonly value: number;
}

export const atMost = (value: number): { readonly target: Target } => ({
	target: { kind: 'at most', value },
});
export const atLeast = (value: number): { readonly target: Target } => ({
	target: { kind: 'at least', value },
});

export function isMet({ value, target }: Row): boolean | undefined {
	if (target === undefined) return undefined;
	return target.kind === 'at most' ? value <= target.value : value >= target.value;
}

const columns = 80;

/** A table that fits 80 columns. */
export function formatRows(rows: readonly Row[]): string {
	const lines: string[] = [];
	let part = '';
	for (const row of rows) {
		if (row.part !== part) lines.push('', row.part);
		part = row.part;
		const target = row.target === undefined ? '' : formatTarget(row.target, row.unit);
		const met = isMet(row);
		const verdict = met === undefined ? '' : ` ${met ? 'met' : 'MISSED'}`;
		const end = `${formatValue(row.value, row.unit).padStart(12)}${target.padStart(12)}${verdict.padEnd(8)}`;
		lines.push(`  ${row.what}`.padEnd(columns - end.length) + end.trimEnd());
	}
	return lines.join('\n').trimStart();
}

function formatTarget({ kind, value }: Target, unit: Unit): string {
	return `${kind === 'at most' ? '≤' : '≥'} ${formatValue(value, unit)}`;
}

function formatValue(value: number, unit: Unit): string {
	const digits = Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : 2;
	return `${value.toFixed(digits)}${unit === '' ? '' : ` ${unit}`}`;
}
