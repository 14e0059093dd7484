import type { Item } from '../model/ports/cluster.ts';
import { type Problem, problem } from '../model/problem.ts';
import type { Milliseconds } from '../model/time.ts';
import { describeFailure, describeRefusal, describeUnserved } from './api-problem.ts';
import { readStatus } from './api-status.ts';
import type { ApiAnswer } from './client.ts';
import { decodeItem } from './collection-item.ts';
import { type CollectionSource, describeCall } from './collection-source.ts';
import { parseJson } from './json.ts';
import { collectionPath, withQuery } from './urls.ts';

/** How a list ended. */
export type Listing<T> =
	| {
			readonly kind: 'listed';
			/** The API version that was served. */
			readonly version: string;
			/** Of the one snapshot that every page comes from. */
			readonly resourceVersion: string;
			readonly items: readonly Item<T>[];
			/** Objects put aside. */
			readonly problems: readonly Problem[];
	  }
	/** The snapshot went away between two pages. */
	| { readonly kind: 'expired' }
	| ListFailure;

interface ListFailure {
	readonly kind: 'failed';
	readonly problem: Problem;
	readonly retryAfter?: Milliseconds;
}

/** The server does not know the version asked for. */
interface Unserved {
	readonly kind: 'unserved';
}

/** Objects per page: fewer cost time, more cost memory (measured with slices of 100 endpoints). */
const pageSize = 100;

/** Lists a collection in the first of its versions that is served: a consistent read, decoded page by page. */
export async function listCollection<T>(
	source: CollectionSource<T>,
	signal: AbortSignal,
): Promise<Listing<T>> {
	for (const version of source.collection.resource.versions) {
		const listing = await listVersion(source, version, signal);
		if (listing.kind !== 'unserved') return listing;
	}
	return { kind: 'failed', problem: describeUnserved(describeCall(source, 'list')) };
}

async function listVersion<T>(
	source: CollectionSource<T>,
	version: string,
	signal: AbortSignal,
): Promise<Listing<T> | Unserved> {
	const { cluster, collection } = source;
	const path = collectionPath(collection.resource, version, collection.namespace);
	const items: Item<T>[] = [];
	const problems: Problem[] = [];
	let snapshot: string | undefined;
	let next: string | undefined;
	do {
		const page = await readPage(
			source,
			withQuery(path, { limit: pageSize, continue: next, labelSelector: collection.labelSelector }),
			signal,
		);
		if (page.kind !== 'page') return page;
		snapshot ??= page.resourceVersion;
		if (page.resourceVersion !== snapshot) return { kind: 'expired' };
		for (const object of page.objects) {
			const decoded = decodeItem(cluster, collection, object);
			if (decoded.kind === 'kept') items.push(decoded.item);
			else problems.push(decoded.problem);
		}
		next = page.next;
	} while (next !== undefined);
	return { kind: 'listed', version, resourceVersion: snapshot, items, problems };
}

interface Page {
	readonly kind: 'page';
	readonly objects: readonly unknown[];
	readonly resourceVersion: string;
	/** The token of the page after this one. */
	readonly next: string | undefined;
}

async function readPage(
	source: CollectionSource<unknown>,
	path: string,
	signal: AbortSignal,
): Promise<Page | Unserved | ListFailure | { readonly kind: 'expired' }> {
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
