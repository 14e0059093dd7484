import { formatApiVersion, resourceTypes } from '../../src/simulator/kubernetes/resource-types.ts';
import type { ApiAccess } from '../support/api-access.ts';
import type { NewObject } from '../support/kubernetes-objects.ts';

/** Creates an object, as `kubectl create` does. Throws what the server refuses it with. */
export async function createObject(access: ApiAccess, object: NewObject): Promise<void> {
	const path = collectionPath(object);
	const { code, body } = await access.call({ method: 'POST', path, text: JSON.stringify(object) });
	if (code !== 201) throw new Error(`${object.kind} ${object.metadata.name}: ${JSON.stringify(body)}`);
}

function collectionPath({ apiVersion, kind, metadata: { namespace } }: NewObject): string {
	const type = resourceTypes.find((each) => each.kind === kind);
	if (type === undefined) throw new RangeError(`no type of kind ${kind}`);
	const root = type.group === '' ? '/api' : '/apis';
	const scope = namespace === undefined ? '' : `/namespaces/${namespace}`;
	const version = type.versions.find((each) => formatApiVersion(type.group, each) === apiVersion);
	return `${root}/${formatApiVersion(type.group, String(version))}${scope}/${type.plural}`;
}
