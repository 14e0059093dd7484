import type { LineRemark } from '../model/ports/forge.ts';

/** A review's text with the remarks in it that have no line to stand at. */
export function formatRemarks(body: string, remarks: readonly LineRemark[]): string {
	const lines = remarks.map(
		(remark) => `- \`${remark.path.replaceAll('`', "'")}:${remark.line}\`: ${remark.body}`,
	);
	return [body, lines.join('\n')].filter((part) => part !== '').join('\n\n');
}

/** How a forge without reviews of its own takes what one says. */
export interface RemarkWriters {
	/** False where the line is none that a remark can stand at. */
	readonly place: (remark: LineRemark) => Promise<boolean>;
	readonly comment: (body: string) => Promise<unknown>;
}

/** Each remark stands at its line, as far as it can, and one comment says the rest. */
export async function writeRemarks(
	{ place, comment }: RemarkWriters,
	{ body, remarks }: { readonly body: string; readonly remarks: readonly LineRemark[] },
): Promise<void> {
	const left: LineRemark[] = [];
	for (const remark of remarks) if (!(await place(remark))) left.push(remark);
	const text = formatRemarks(body, left);
	if (text !== '') await comment(text);
}
