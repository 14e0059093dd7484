import { applyPatch, type Operation } from 'rfc6902';
import { z } from 'zod';
import { isRecord } from '../../model/unstructured.ts';
import { refuseBadRequest, refuseUnprocessable } from './api-status.ts';
import type { PatchType } from './object-store.ts';

const jsonPatch = z.array(
	z.discriminatedUnion('op', [
		z.object({ op: z.enum(['add', 'replace', 'test']), path: z.string(), value: z.json() }),
		z.object({ op: z.literal('remove'), path: z.string() }),
		z.object({ op: z.enum(['move', 'copy']), path: z.string(), from: z.string() }),
	]),
);

/** The document after a patch; the document itself is left alone. Throws 400 and 422 as a real server does. */
export function patchDocument(document: unknown, type: PatchType, patch: unknown): unknown {
	switch (type) {
		case 'application/json-patch+json':
			return applyOperations(document, patch);
		case 'application/merge-patch+json':
			if (!isRecord(patch)) throw refuseBadRequest('a merge patch is an object');
			return mergeDocument(document, patch);
	}
}

function applyOperations(document: unknown, patch: unknown): unknown {
	const operations = jsonPatch.safeParse(patch);
	if (!operations.success)
		throw refuseBadRequest('error decoding patch: not a list of JSON Patch operations');
	const draft = structuredClone(document);
	const results = applyPatch(draft, operations.data as Operation[]);
	if (results.some((result) => result !== null)) throw refuseUnprocessable();
	return draft;
}

/** JSON Merge Patch (RFC 7396): null removes, objects merge, all else replaces. */
function mergeDocument(document: unknown, patch: unknown): unknown {
	if (!isRecord(patch)) return patch;
	const merged = new Map(Object.entries(isRecord(document) ? document : {}));
	for (const [key, value] of Object.entries(patch)) {
		if (value === null) merged.delete(key);
		else merged.set(key, mergeDocument(merged.get(key), value));
	}
	return Object.fromEntries(merged);
}
