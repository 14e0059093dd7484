import { refuseOptions, refuseTooLarge, type StatusCause } from './api-status.ts';

/** The options of a list or watch that go together or not. Throws 422. */
export function checkListOptions(query: URLSearchParams, { watches }: { readonly watches: boolean }): void {
	const causes = watches ? findWatchFaults(query) : findListFaults(query);
	if (causes.length > 0) throw refuseOptions('ListOptions', causes);
}

function findWatchFaults(query: URLSearchParams): readonly StatusCause[] {
	const match = query.get('resourceVersionMatch') ?? '';
	if (!query.has('sendInitialEvents')) {
		const why = 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided';
		return match === '' ? [] : [forbidMatch(why)];
	}
	if (match === 'NotOlderThan') return [];
	const needed = forbidMatch('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
	return match === '' ? [needed] : [needed, rejectMatch(match, '"NotOlderThan"')];
}

function findListFaults(query: URLSearchParams): readonly StatusCause[] {
	const initial: readonly StatusCause[] = query.has('sendInitialEvents') ? [noInitialEvents] : [];
	return [...findMatchFaults(query), ...initial];
}

function findMatchFaults(query: URLSearchParams): readonly StatusCause[] {
	const match = query.get('resourceVersionMatch') ?? '';
	const version = query.get('resourceVersion') ?? '';
	if (match === '') return [];
	if (version === '')
		return [forbidMatch('resourceVersionMatch is forbidden unless resourceVersion is provided')];
	if (!['Exact', 'NotOlderThan'].includes(match)) return [rejectMatch(match, '"Exact", "NotOlderThan", ""')];
	const exactly = match === 'Exact' && version === '0';
	return exactly ? [forbidMatch('resourceVersionMatch "exact" is forbidden for resourceVersion "0"')] : [];
}

const noInitialEvents: StatusCause = {
	reason: 'FieldValueForbidden',
	message: 'Forbidden: sendInitialEvents is forbidden for list',
	field: 'sendInitialEvents',
};

function forbidMatch(why: string): StatusCause {
	return { reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field: 'resourceVersionMatch' };
}

function rejectMatch(match: string, supported: string): StatusCause {
	const message = `Unsupported value: ${JSON.stringify(match)}: supported values: ${supported}`;
	return { reason: 'FieldValueNotSupported', message, field: 'resourceVersionMatch' };
}

/** Throws 504 for a version that is yet to come, which a real server waits for a while. */
export function checkReached(asked: string, current: string): void {
	if (Number(asked) > Number(current)) throw refuseTooLarge(asked, current);
}
