import { UnreadableAnswerError } from '../http/fields.ts';

export function asList(value: unknown, name: string): readonly unknown[] {
	if (!Array.isArray(value)) throw new UnreadableAnswerError(`no list ${name}`);
	return value;
}
