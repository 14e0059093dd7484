import type { KubernetesObject } from '../../model/ports/cluster.ts';
import { ApiStatusError, refuseBadRequest, refuseMethod } from './api-status.ts';
import { encodeObject } from './object-encoding.ts';
import type { ObjectKey, ObjectStore, PatchType } from './object-store.ts';
import type { RequestTarget } from './request-target.ts';
import type { RequestWriter } from './request-writer.ts';
import { formatApiVersion, type ResourceType } from './resource-types.ts';
import { patchScale, presentScale, writeScale } from './scale-subresource.ts';

/** A request about one object, its body decoded. */
export type ObjectRequest = { readonly target: RequestTarget; readonly writer: RequestWriter } & (
	| { readonly method: 'GET' | 'DELETE' }
	| { readonly method: 'POST' | 'PUT'; readonly body: unknown }
	| { readonly method: 'PATCH'; readonly patchType: PatchType | 'apply'; readonly body: unknown }
);

export interface ObjectAnswer {
	readonly code: number;
	readonly json: string;
}

/** Creates, reads and writes single objects. Throws what the store throws, and 405. */
export function answerObjectRequest(store: ObjectStore, request: ObjectRequest): ObjectAnswer {
	const { target } = request;
	const { type, namespace = '', name, subresource } = target;
	const place = { group: type.group, plural: type.plural, namespace };
	if (name === undefined) return createInCollection(store, place, request);
	const key = { ...place, name };
	if (subresource === 'scale') return { code: 200, json: JSON.stringify(answerScale(store, key, request)) };
	if (request.method === 'DELETE' && subresource === undefined) return deleteObject(store, key, target);
	const code = hasObject(store, key) ? 200 : 201;
	return { code, json: encodeAnswer(target, answerObject(store, key, request)) };
}

/** What is gone is confirmed, what only begins to go is shown. */
function deleteObject(store: ObjectStore, key: ObjectKey, target: RequestTarget): ObjectAnswer {
	const object = store.delete(key);
	const shown = target.type.kind === 'Namespace' || hasObject(store, key);
	const json = shown ? encodeAnswer(target, object) : JSON.stringify(describeDeletion(target.type, object));
	return { code: 200, json };
}

function hasObject(store: ObjectStore, key: ObjectKey): boolean {
	try {
		return store.get(key) !== undefined;
	} catch (error) {
		if (error instanceof ApiStatusError && error.status.code === 404) return false;
		throw error;
	}
}

function createInCollection(
	store: ObjectStore,
	place: Omit<ObjectKey, 'name'>,
	request: ObjectRequest,
): ObjectAnswer {
	const { target } = request;
	const everywhere = target.type.namespaced && target.namespace === undefined;
	if (request.method !== 'POST' || everywhere) throw refuseMethod();
	const created = store.create(place, request.body, { version: target.version, ...request.writer });
	return { code: 201, json: encodeAnswer(target, created) };
}

function answerObject(store: ObjectStore, key: ObjectKey, request: ObjectRequest): KubernetesObject {
	const { version, subresource } = request.target;
	const { writer } = request;
	const options = { version, ...writer, ...(subresource === 'status' ? { subresource } : {}) };
	switch (request.method) {
		case 'GET':
			return store.get(key);
		case 'PUT':
			return store.update(key, request.body, options);
		case 'PATCH':
			return request.patchType === 'apply'
				? store.apply(key, request.body, options)
				: store.patch(key, request.patchType, request.body, options);
		default:
			throw refuseMethod();
	}
}

function answerScale(store: ObjectStore, key: ObjectKey, request: ObjectRequest): object {
	switch (request.method) {
		case 'GET':
			return presentScale(store.get(key));
		case 'PUT':
			return presentScale(writeScale(store, key, request.body));
		case 'PATCH':
			if (request.patchType === 'apply') throw refuseBadRequest('a Scale is not applied');
			return presentScale(patchScale(store, key, { patchType: request.patchType, body: request.body }));
		default:
			throw refuseMethod();
	}
}

function encodeAnswer({ type, version }: RequestTarget, object: KubernetesObject): string {
	return encodeObject(object, formatApiVersion(type.group, version));
}

function describeDeletion(
	{ group, plural }: ResourceType,
	{ metadata: { name, uid } }: KubernetesObject,
): object {
	const details = { name, ...(group === '' ? {} : { group }), kind: plural, uid };
	return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}
