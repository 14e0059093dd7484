import { z } from 'zod';
import { showValue } from '../model/problem.ts';
import { formatDuration, type Milliseconds } from '../model/time.ts';
import { describeValue, type Fault, reportFault } from './fault.ts';

/** The longest span a policy may name, where nothing else is said. */
export const maxDuration: Milliseconds = 86_400_000;

const written = /^(?<sign>-?)(?=\d)(?:(?<h>\d+)h)?(?:(?<m>\d+)m)?(?:(?<s>\d+)s)?(?:(?<ms>\d+)ms)?$/;
const sizes: Readonly<Record<string, Milliseconds>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** The message zod gives a value that is no text where a duration is expected. */
export const notDuration = 'not a duration';

/** A span of 0 to 24 h, written like `1h30m`, `10s` or `250ms`, read as milliseconds. */
export const duration: z.ZodType<Milliseconds, string> = declareDuration(0);

/** As `duration`, but longer than 0. */
export const positiveDuration: z.ZodType<Milliseconds, string> = declareDuration(1);

/** A span within bounds of its own. */
export function durationWithin(least: Milliseconds, most: Milliseconds): z.ZodType<Milliseconds, string> {
	return declareDuration(least, most);
}

/** Reads a duration's text, or tells what is wrong with it. */
export function readDuration(
	text: string,
	least: Milliseconds,
	most: Milliseconds = maxDuration,
): Milliseconds | Fault {
	const groups = written.exec(text)?.groups;
	if (groups === undefined) return judgeUntyped(text);
	const { sign, ...counts } = groups;
	const span = Object.entries(counts).reduce(
		(sum, [unit, count = '0']) => sum + Number(count) * (sizes[unit] ?? 0),
		0,
	);
	if (sign === '' && span >= least && span <= most) return span;
	return {
		code: 'E_RANGE',
		message: 'is out of range',
		got: showValue(text),
		expected: `${least === 1 ? 'more than 0s' : formatDuration(least)} to ${formatDuration(most)}`,
	};
}

/** For what is no duration at all. Most people mean a number without a unit as seconds. */
export function judgeUntyped(value: unknown): Fault {
	const isBareNumber = /^\d{1,5}$/.test(String(value));
	const remedy = isBareNumber ? `write ${value}s` : undefined;
	return { code: 'E_DURATION', message: 'is not a duration', got: describeValue(value), remedy };
}

function declareDuration(
	least: Milliseconds,
	most: Milliseconds = maxDuration,
): z.ZodType<Milliseconds, string> {
	return z
		.string({ error: notDuration })
		.meta({ pattern: '^(?=\\d)(\\d+h)?(\\d+m)?(\\d+s)?(\\d+ms)?$' })
		.transform((text, context) => {
			const read = readDuration(text, least, most);
			if (typeof read === 'number') return read;
			reportFault(context, read);
			return z.NEVER;
		});
}
