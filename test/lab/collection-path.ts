/** Where objects of one type are. */
export interface CollectionPlace {
	/** `v1`, `apps/v1`. */
	readonly apiVersion: string;
	readonly plural: string;
	/** Absent: the type has none, or all of them are meant. */
	readonly namespace?: string | undefined;
}

/** `/apis/apps/v1/namespaces/emojivoto/deployments`. */
export function collectionPath({ apiVersion, plural, namespace }: CollectionPlace): string {
	const root = apiVersion.includes('/') ? '/apis' : '/api';
	const scope = namespace === undefined ? '' : `/namespaces/${namespace}`;
	return `${root}/${apiVersion}${scope}/${plural}`;
}
