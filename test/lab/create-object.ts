import { findTypeOfKind } from '../../src/simulator/kubernetes/resource-types.ts';
import type { ApiAccess } from '../support/api-access.ts';
import type { NewObject } from '../support/kubernetes-objects.ts';
import { collectionPath } from './collection-path.ts';

/** Creates an object, as `kubectl create` does. Throws what the server refuses it with. */
export async function createObject(access: ApiAccess, object: NewObject): Promise<void> {
	const { apiVersion, kind, metadata } = object;
	const type = findTypeOfKind(apiVersion, kind);
	if (type === undefined) throw new RangeError(`no type of kind ${kind}`);
	const path = collectionPath({ apiVersion, plural: type.plural, namespace: metadata.namespace });
	const { code, body } = await access.call({ method: 'POST', path, text: JSON.stringify(object) });
	if (code !== 201) throw new Error(`${kind} ${metadata.name}: ${JSON.stringify(body)}`);
}
