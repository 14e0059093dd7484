import type { ApiAccess } from '../support/api-access.ts';
import { collectionPath } from './collection-path.ts';

/** Makes the one endpoint of the EndpointSlice `web` ready or not. */
export async function setWebReady(access: ApiAccess, namespace: string, ready: boolean): Promise<void> {
	const place = { apiVersion: 'discovery.k8s.io/v1', plural: 'endpointslices', namespace };
	const { code, body } = await access.call({
		method: 'PATCH',
		path: `${collectionPath(place)}/web`,
		mediaType: 'application/json-patch+json',
		text: JSON.stringify([{ op: 'replace', path: '/endpoints/0/conditions/ready', value: ready }]),
	});
	if (code !== 200) throw new Error(`the slice was refused: ${JSON.stringify(body)}`);
}
