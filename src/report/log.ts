import { pino } from 'pino';
import type { Clock } from '../model/ports/clock.ts';
import type { Log, LogFields } from '../model/ports/log.ts';
import { renderLogLine } from './log-line.ts';

/** `json` is one object a line, for machines; `text` one line for people. */
export type LogFormat = 'json' | 'text';

export interface LogOptions {
	readonly format: LogFormat;
	readonly clock: Clock;
	/** Takes whole lines, each with its line end. */
	readonly write: (line: string) => void;
}

/** A log that writes at once: nothing is lost when the process ends. */
export function createLog({ format, clock, write }: LogOptions): Log {
	if (format === 'text') {
		const line =
			(level: string) =>
			(message: string, fields: LogFields = {}): void =>
				write(renderLogLine({ at: clock.now(), level, message, fields }));
		return { info: line('info'), warn: line('warn'), error: line('error') };
	}
	const logger = pino(
		{
			base: null,
			messageKey: 'message',
			timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
			formatters: { level: (label) => ({ level: label }) },
		},
		{ write },
	);
	return {
		info: (message, fields = {}) => logger.info(fields, message),
		warn: (message, fields = {}) => logger.warn(fields, message),
		error: (message, fields = {}) => logger.error(fields, message),
	};
}
