import { createHash } from 'node:crypto';
import { formatWhere, type Problem } from '../../model/problem.ts';

/** Places that a message names: those of other lines, which move as well. */
const placesInText = /\blines? \d+(?: to \d+)?|:\d+(?::\d+)?/g;

/**
 * One for each problem, in their order: 32 hexadecimal digits that stay the same while lines move, and that no other
 * problem of the list has. What reads alike in one file is told apart by its order.
 */
export function fingerprintProblems(problems: readonly Problem[]): readonly string[] {
	const seen = new Map<string, number>();
	return problems.map(({ code, where, message, got }) => {
		const file = where.kind === 'text' ? where.file : formatWhere(where);
		const facts = [code, file, message.replace(placesInText, ''), got ?? ''];
		const identity = JSON.stringify(facts);
		const before = seen.get(identity) ?? 0;
		seen.set(identity, before + 1);
		return createHash('sha256').update(`${before} ${identity}`).digest('hex').slice(0, 32);
	});
}
