import type { IncomingMessage } from 'node:http';
import { refuseOptions, type StatusCause } from './api-status.ts';

/** Who sends a write, and whether it may take fields from others. */
export interface RequestWriter {
	readonly manager: string;
	readonly force: boolean;
}

/** Bytes; what a field manager's name has at most. */
const longestName = 128;

const optionKinds: ReadonlyMap<string, string> = new Map([
	['POST', 'CreateOptions'],
	['PUT', 'UpdateOptions'],
	['PATCH', 'PatchOptions'],
]);

/**
 * Without `fieldManager` in the query, the first word of the User-Agent. Throws 422 for options that a write cannot
 * have, or an apply that lacks one.
 */
export function readWriter(
	{ method = '', headers }: IncomingMessage,
	query: URLSearchParams,
	{ applies }: { readonly applies: boolean },
): RequestWriter {
	const given = query.get('fieldManager') ?? '';
	const forced = query.get('force');
	const causes: readonly (StatusCause | false)[] = [
		applies && given === '' && required,
		!applies && forced !== null && method === 'PATCH' && forbidden,
		Buffer.byteLength(given) > longestName && tooLong,
	];
	const found = causes.filter((cause) => cause !== false);
	if (found.length > 0) throw refuseOptions(optionKinds.get(method) ?? '', found);
	const agent = headers['user-agent']?.split('/')[0] ?? '';
	return { manager: given || agent || 'unknown', force: !['false', '0', null].includes(forced) };
}

const required: StatusCause = {
	reason: 'FieldValueRequired',
	message: 'Required value: is required for apply patch',
	field: 'fieldManager',
};
const forbidden: StatusCause = {
	reason: 'FieldValueForbidden',
	message: 'Forbidden: may not be specified for non-apply patch',
	field: 'force',
};
const tooLong: StatusCause = {
	reason: 'FieldValueTooLong',
	message: `Too long: may not be more than ${longestName} bytes`,
	field: 'fieldManager',
};
