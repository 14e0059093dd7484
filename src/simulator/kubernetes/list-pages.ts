import type { KubernetesObject } from '../../model/ports/cluster.ts';
import { refuseBadRequest, refuseExpired } from './api-status.ts';
import { parseResourceVersion } from './event-log.ts';
import { checkListOptions, checkReached } from './list-options.ts';
import { encodeObject } from './object-encoding.ts';
import type { ObjectList, ObjectStore } from './object-store.ts';
import { type RequestTarget, readSelection } from './request-target.ts';
import { formatApiVersion } from './resource-types.ts';

export interface ListPages {
	/** The body of a list request, in the form that the `Accept` header asks for. Throws 400, 410, 422 and 504. */
	read(target: RequestTarget, query: URLSearchParams, accept?: string): string;
}

/** How many unfinished lists are kept; an older one is answered like a compacted one. */
const capacity = 100;

/** Lists in pages (`limit`, `continue`), all pages of one list from one moment. */
export function createListPages(store: ObjectStore): ListPages {
	const snapshots = new Map<string, ObjectList>();
	let opened = 0;

	const openSnapshot = (list: ObjectList): Place => {
		const token = `list-${++opened}`;
		snapshots.set(token, list);
		const [oldest = token] = snapshots.keys();
		if (snapshots.size > capacity) snapshots.delete(oldest);
		return { token, offset: 0 };
	};
	const readPage = ({ token, offset }: Place, limit: number, encode: Encode): string => {
		const snapshot = snapshots.get(token);
		if (snapshot === undefined || store.isCompacted(snapshot.resourceVersion)) {
			throw refuseExpired('The provided continue parameter is too old to display a consistent list result.');
		}
		const { resourceVersion, items } = snapshot;
		const end = limit === 0 ? items.length : offset + limit;
		const page = items.slice(offset, end);
		if (end < items.length) {
			const metadata = { resourceVersion, continue: formatContinue({ token, offset: end }) };
			return encode({ ...metadata, remainingItemCount: items.length - end }, page);
		}
		snapshots.delete(token);
		return encode({ resourceVersion }, page);
	};
	return {
		read(target, query, accept = '') {
			checkListOptions(query, { watches: false });
			checkVersion(store, query);
			const continued = query.get('continue') ?? '';
			const place =
				continued === '' ? openSnapshot(store.list(readSelection(target, query))) : readContinue(continued);
			const encode: Encode = accept.includes('as=PartialObjectMetadataList')
				? encodeMetadataList
				: (metadata, items) => encodeList(target, metadata, items);
			return readPage(place, Number(query.get('limit') ?? 0), encode);
		},
	};
}

type Encode = (metadata: object, items: readonly KubernetesObject[]) => string;

/** Where the next page of a list begins. */
interface Place {
	readonly token: string;
	readonly offset: number;
}

/** Only the present can be listed: an exact version of the past counts as compacted. */
function checkVersion(store: ObjectStore, query: URLSearchParams): void {
	const asked = query.get('resourceVersion') ?? '';
	if (asked !== '') parseResourceVersion(asked);
	checkReached(asked, store.resourceVersion());
	if (query.get('resourceVersionMatch') !== 'Exact' || asked === store.resourceVersion()) return;
	throw refuseExpired('The resourceVersion for the provided list is too old.');
}

function encodeList(
	{ type, version }: RequestTarget,
	metadata: object,
	items: readonly KubernetesObject[],
): string {
	const apiVersion = formatApiVersion(type.group, version);
	const encoded = items.map((item) => (type.custom ? encodeObject(item, apiVersion) : encodeObject(item)));
	// What comes of a CRD says that there is nothing more, where a built-in type says nothing.
	const whole = type.custom ? { continue: '', ...metadata } : metadata;
	const head = JSON.stringify({ kind: `${type.kind}List`, apiVersion, metadata: whole });
	return `${head.slice(0, -1)},"items":[${encoded.join(',')}]}`;
}

/** Objects without all but their metadata. */
function encodeMetadataList(metadata: object, items: readonly KubernetesObject[]): string {
	const apiVersion = 'meta.k8s.io/v1';
	const bare = items.map((item) => ({ kind: 'PartialObjectMetadata', apiVersion, metadata: item.metadata }));
	return JSON.stringify({ kind: 'PartialObjectMetadataList', apiVersion, metadata, items: bare });
}

function formatContinue({ token, offset }: Place): string {
	return Buffer.from(`${token}/${offset}`).toString('base64url');
}

function readContinue(text: string): Place {
	const [, token, offset] = /^(list-\d+)\/(\d+)$/.exec(Buffer.from(text, 'base64url').toString()) ?? [];
	if (token === undefined) throw refuseBadRequest('invalid continue token: continue key is not valid');
	return { token, offset: Number(offset) };
}
