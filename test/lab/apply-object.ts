import type { ApiAccess } from '../support/api-access.ts';
import type { NewObject } from '../support/kubernetes-objects.ts';
import { collectionPath } from './collection-path.ts';

/** Whose fields they become, and of what type the object is. */
export interface ApplyOptions {
	readonly manager: string;
	readonly plural: string;
}

/** Applies an object as controllers do: server-side and forced. Throws what the server refuses it with. */
export async function applyObject(
	access: ApiAccess,
	object: NewObject,
	{ manager, plural }: ApplyOptions,
): Promise<void> {
	const { apiVersion, kind, metadata } = object;
	const collection = collectionPath({ apiVersion, plural, namespace: metadata.namespace });
	const { code, body } = await access.call({
		method: 'PATCH',
		path: `${collection}/${metadata.name}?fieldManager=${manager}&force=true`,
		mediaType: 'application/apply-patch+yaml',
		text: JSON.stringify(object),
	});
	if (code !== 200 && code !== 201) throw new Error(`${kind} ${metadata.name}: ${JSON.stringify(body)}`);
}
