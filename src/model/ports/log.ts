/** Facts of one log line; the message itself is static. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface Log {
	info(message: string, fields?: LogFields): void;
	warn(message: string, fields?: LogFields): void;
	error(message: string, fields?: LogFields): void;
}
