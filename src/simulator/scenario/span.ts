import { z } from 'zod';
import type { Milliseconds } from '../../model/time.ts';
import { readDuration } from '../../policy/duration.ts';

/** A time or span such as `1m30s`, as milliseconds. */
export const span: z.ZodType<Milliseconds> = z.string().transform((text, context) => {
	const read = readDuration(text, 0);
	if (typeof read === 'number') return read;
	context.addIssue({ code: 'custom', message: `${text} ${read.message}` });
	return z.NEVER;
});
