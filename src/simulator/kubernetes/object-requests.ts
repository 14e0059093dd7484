import type { KubernetesObject } from '../../model/ports/cluster.ts';
import { refuseMethod } from './api-status.ts';
import { encodeObject } from './object-encoding.ts';
import type { ObjectKey, ObjectStore, PatchType } from './object-store.ts';
import type { RequestTarget } from './request-target.ts';
import { formatApiVersion, type ResourceType } from './resource-types.ts';
import { patchScale, presentScale, writeScale } from './scale-subresource.ts';

/** A request about one object, its body decoded. */
export type ObjectRequest = { readonly target: RequestTarget } & (
	| { readonly method: 'GET' | 'DELETE' }
	| { readonly method: 'POST' | 'PUT'; readonly body: unknown }
	| { readonly method: 'PATCH'; readonly patchType: PatchType; readonly body: unknown }
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
	if (request.method === 'DELETE' && subresource === undefined) {
		return { code: 200, json: JSON.stringify(describeDeletion(type, store.delete(key))) };
	}
	return { code: 200, json: encodeAnswer(target, answerObject(store, key, request)) };
}

function createInCollection(
	store: ObjectStore,
	place: Omit<ObjectKey, 'name'>,
	request: ObjectRequest,
): ObjectAnswer {
	const { target } = request;
	const everywhere = target.type.namespaced && target.namespace === undefined;
	if (request.method !== 'POST' || everywhere) throw refuseMethod();
	const created = store.create(place, request.body, { version: target.version });
	return { code: 201, json: encodeAnswer(target, created) };
}

function answerObject(store: ObjectStore, key: ObjectKey, request: ObjectRequest): KubernetesObject {
	const { version, subresource } = request.target;
	const options = subresource === 'status' ? { version, subresource } : { version };
	switch (request.method) {
		case 'GET':
			return store.get(key);
		case 'PUT':
			return store.update(key, request.body, options);
		case 'PATCH':
			return store.patch(key, request.patchType, request.body, options);
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
			return presentScale(patchScale(store, key, request));
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
