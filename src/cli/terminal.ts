import { styleText } from 'node:util';

/** Where a command writes and what it may know of the process; tests bring their own. */
export interface Terminal {
	/** Results. */
	readonly out: (text: string) => void;
	/** Problems and progress. */
	readonly err: (text: string) => void;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly color: boolean;
	/** Characters that fit into a line of what `out` writes to; absent where that is no screen. */
	readonly columns?: number | undefined;
	/** Aborted on SIGINT and SIGTERM. */
	readonly signal: AbortSignal;
}

export type Style = Parameters<typeof styleText>[0];

/** Colours text where the terminal takes colours. */
export function paint({ color }: Pick<Terminal, 'color'>, style: Style, text: string): string {
	return color ? styleText(style, text, { validateStream: false }) : text;
}
