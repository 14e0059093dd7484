import type { Log, LogFields } from '../../src/model/ports/log.ts';
import { refuseCanaries } from './canaries.ts';

/** A log that keeps what it was told: `warn message {"field":1}`. To look into it throws where a secret got there. */
export interface LogLines extends Log {
	readonly lines: readonly string[];
}

export function createLogLines(): LogLines {
	const lines: string[] = [];
	const note =
		(level: string) =>
		(message: string, fields: LogFields = {}): void =>
			void lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
	return {
		get lines() {
			refuseCanaries('the log', lines.join('\n'));
			return lines;
		},
		info: note('info'),
		warn: note('warn'),
		error: note('error'),
	};
}
