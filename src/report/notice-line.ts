import { formatTarget } from '../model/names.ts';
import type { PolicyNotice } from '../model/notice.ts';
import type { Log, LogFields } from '../model/ports/log.ts';

/** A notice as the log has it: a message that never varies, and the facts as fields. */
export interface Line {
	readonly level: keyof Log;
	readonly message: string;
	readonly fields: LogFields;
}

/** Which policy, and what it moves. */
export function about({ policy, target }: PolicyNotice): LogFields {
	return { policy, target: formatTarget(target) };
}
