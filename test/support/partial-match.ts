import assert from 'node:assert/strict';

/**
 * Asserts that `actual` holds what `expected` says: objects may hold more fields, lists may not hold more items.
 * `{$match: regex}` matches a string, `{$not: value}` anything else, `{$absent: true}` a field that is not there,
 * `{$unordered: list}` a list of as many items in any order.
 */
export function assertPart(actual: unknown, expected: unknown, path: string): void {
	if (Array.isArray(expected)) {
		assert(Array.isArray(actual), `${path} is no list: ${JSON.stringify(actual)}`);
		assert.equal(actual.length, expected.length, `${path} has another length: ${JSON.stringify(actual)}`);
		for (const [index, item] of expected.entries()) assertPart(actual[index], item, `${path}[${index}]`);
		return;
	}
	if (!isRecord(expected)) assert.deepEqual(actual, expected, path);
	else if ('$match' in expected) assert.match(String(actual), new RegExp(String(expected['$match'])), path);
	else if ('$not' in expected) assert.notDeepEqual(actual, expected['$not'], path);
	else if (Array.isArray(expected['$unordered'])) assertItems(actual, expected['$unordered'], path);
	else if ('$absent' in expected) assert.equal(actual, undefined, path);
	else assertFields(actual, expected, path);
}

function assertItems(actual: unknown, expected: readonly unknown[], path: string): void {
	assert(Array.isArray(actual), `${path} is no list: ${JSON.stringify(actual)}`);
	assert.equal(actual.length, expected.length, `${path} has another length: ${JSON.stringify(actual)}`);
	for (const item of expected) {
		const found = actual.some((candidate) => isPart(candidate, item));
		assert(found, `${path} has no item like ${JSON.stringify(item)}: ${JSON.stringify(actual)}`);
	}
}

function isPart(actual: unknown, expected: unknown): boolean {
	try {
		assertPart(actual, expected, '');
		return true;
	} catch {
		return false;
	}
}

function assertFields(actual: unknown, expected: Readonly<Record<string, unknown>>, path: string): void {
	assert(isRecord(actual), `${path} is no object: ${JSON.stringify(actual)}`);
	for (const [field, value] of Object.entries(expected)) assertPart(actual[field], value, `${path}.${field}`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
