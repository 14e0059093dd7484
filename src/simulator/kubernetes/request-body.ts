import type { IncomingMessage } from 'node:http';
import { parse, YAMLParseError } from 'yaml';
import { parseJson } from '../../kubernetes/json.ts';
import { refuse, refuseBadRequest, refuseMediaType } from './api-status.ts';
import type { PatchType } from './object-store.ts';
import type { ResourceType } from './resource-types.ts';

/** Bytes; what kube-apiserver takes at most. */
const longest = 3 * 1024 * 1024;

const jsonPatch = 'application/json-patch+json';
const mergePatch = 'application/merge-patch+json';
const strategicPatch = 'application/strategic-merge-patch+json';
const applyPatch = 'application/apply-patch+yaml';

/** The body decoded from JSON. Throws 400, 413, and 415 for any other media type than those accepted. */
export async function readJsonBody(request: IncomingMessage, accepted: readonly string[]): Promise<unknown> {
	if (!accepted.includes(readMediaType(request) ?? 'application/json')) throw refuseMediaType(accepted);
	const body = parseJson(await readText(request));
	if (body === undefined) throw refuseBadRequest('the body of the request is not JSON');
	return body;
}

/**
 * A PATCH's body, that of an apply in YAML or JSON. Built-in types take a strategic merge patch too, applied as a merge patch without its
 * directives: lists are replaced where a real server merges their items by key. Custom types refuse it.
 */
export async function readPatch(
	request: IncomingMessage,
	{ custom }: ResourceType,
): Promise<{ readonly patchType: PatchType | 'apply'; readonly body: unknown }> {
	const accepted = [jsonPatch, mergePatch, ...(custom ? [] : [strategicPatch]), applyPatch];
	const mediaType = readMediaType(request);
	if (isApply(request)) return { patchType: 'apply', body: await readYaml(request) };
	const body = await readJsonBody(request, accepted);
	switch (mediaType) {
		case jsonPatch:
			return { patchType: jsonPatch, body };
		case strategicPatch:
			return { patchType: mergePatch, body: dropDirectives(body) };
		default:
			return { patchType: mergePatch, body };
	}
}

/** Whether a PATCH is a server-side apply. */
export function isApply(request: IncomingMessage): boolean {
	return readMediaType(request) === applyPatch;
}

async function readYaml(request: IncomingMessage): Promise<unknown> {
	const text = await readText(request);
	try {
		return parse(text);
	} catch (error) {
		if (!(error instanceof YAMLParseError)) throw error;
		throw refuseBadRequest(`error decoding YAML: ${error.message}`);
	}
}

function readMediaType(request: IncomingMessage): string | undefined {
	return request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
}

/** Reads to the end even what is too long, so that the client gets to read why. */
async function readText(request: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of request) {
		length += chunk.length;
		if (length <= longest) chunks.push(chunk);
	}
	if (length <= longest) return Buffer.concat(chunks).toString();
	const message = `Request entity too large: limit is ${longest}`;
	throw refuse({ code: 413, reason: 'RequestEntityTooLarge', message });
}

function dropDirectives(patch: unknown): unknown {
	if (Array.isArray(patch)) return patch.map(dropDirectives);
	if (typeof patch !== 'object' || patch === null) return patch;
	const fields = Object.entries(patch).filter(([key]) => !key.startsWith('$'));
	return Object.fromEntries(fields.map(([key, value]) => [key, dropDirectives(value)]));
}
