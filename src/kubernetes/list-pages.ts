import type { Item } from '../model/ports/cluster.ts';
import { type Problem, problem } from '../model/problem.ts';
import { describeFailure, describeRefusal } from './api-problem.ts';
import { readStatus } from './api-status.ts';
import type { ApiAnswer } from './client.ts';
import { decodeItem } from './collection-item.ts';
import { type CollectionSource, describeCall } from './collection-source.ts';
import { parseJson } from './json.ts';
import type { Listed, Listing } from './listing.ts';
import { collectionPath, withQuery } from './urls.ts';

/** Objects on the first page … */
const firstPage = 10;

/** … and bytes to aim at on the others: decoding them stops all else for some 5 ms (slices of 100 endpoints). */
const pageLength = 256 * 1024;

const longestPage = 500;

/** Lists one version of a collection: a consistent read, decoded page by page. */
export async function listPages<T>(
	source: CollectionSource<T>,
	version: string,
	signal: AbortSignal,
): Promise<Listing<T>> {
	const { cluster, collection } = source;
	const path = collectionPath(collection.resource, version, collection.namespace);
	const items: Item<T>[] = [];
	const problems: Problem[] = [];
	let limit = firstPage;
	let snapshot: string | undefined;
	let next: string | undefined;
	do {
		const query = { limit, continue: next, labelSelector: collection.labelSelector };
		const page = await readPage(source, withQuery(path, query), signal);
		if (page.kind !== 'page') return page;
		snapshot ??= page.resourceVersion;
		if (page.resourceVersion !== snapshot) return { kind: 'expired' };
		for (const object of page.objects) {
			const decoded = decodeItem(cluster, collection, object);
			if (decoded.kind === 'kept') items.push(decoded.item);
			else problems.push(decoded.problem);
		}
		next = page.next;
		limit = fitPage(page);
	} while (next !== undefined);
	return { kind: 'listed', version, resourceVersion: snapshot, items, problems };
}

/** As many objects as fit into a page if they are as large as those of the last one. */
function fitPage({ length, objects }: Page): number {
	const fitting = Math.floor((pageLength / length) * Math.max(1, objects.length));
	return Math.min(longestPage, Math.max(1, fitting));
}

interface Page {
	readonly kind: 'page';
	/** Of its text. */
	readonly length: number;
	readonly objects: readonly unknown[];
	readonly resourceVersion: string;
	/** The token of the page after this one. */
	readonly next: string | undefined;
}

async function readPage(
	source: CollectionSource<unknown>,
	path: string,
	signal: AbortSignal,
): Promise<Page | Exclude<Listing<never>, Listed<never>>> {
	const call = describeCall(source, 'list');
	let answer: ApiAnswer;
	try {
		answer = await source.api.request({ method: 'GET', path }, signal);
	} catch (error) {
		signal.throwIfAborted();
		return { kind: 'failed', problem: describeFailure(call, error) };
	}
	switch (answer.status) {
		case 200:
			return decodePage(answer.text) ?? { kind: 'failed', problem: describeNoList(source) };
		case 404:
			return { kind: 'unserved' };
		case 410:
			return { kind: 'expired' };
		default: {
			const { retryAfter } = answer;
			const failed = { kind: 'failed', problem: describeRefusal(call, readStatus(answer)) } as const;
			return retryAfter === undefined ? failed : { ...failed, retryAfter };
		}
	}
}

/** `undefined` for what is no list. Go writes an empty list as `null`. */
function decodePage(text: string): Page | undefined {
	const { metadata, items } = (parseJson(text) ?? {}) as RawList;
	const { resourceVersion, continue: next } = metadata ?? {};
	if (typeof resourceVersion !== 'string' || !(items === null || Array.isArray(items))) return undefined;
	return {
		kind: 'page',
		length: text.length,
		objects: items ?? [],
		resourceVersion,
		next: typeof next === 'string' && next !== '' ? next : undefined,
	};
}

interface RawList {
	readonly metadata?: { readonly resourceVersion?: unknown; readonly continue?: unknown } | null;
	readonly items?: unknown;
}

function describeNoList({ cluster, collection }: CollectionSource<unknown>): Problem {
	return problem('E_CLUSTER_UNREACHABLE', {
		where: { kind: 'named', name: [cluster, collection.namespace ?? ''].join(' ').trim() },
		message: 'the answer to a list is no list',
		remedy: 'check that the server address is that of a Kubernetes API',
	});
}
