// Applications of Argo CD as the API server has them, read.
import { type Application, readApplication } from '../../src/deliver/syncer/argo-cd-objects.ts';

/** Commits of its branch. */
export const commit = '0123456789abcdef0123456789abcdef01234567';
export const older = 'ffff456789abcdef0123456789abcdef01234567';
/** Where a folder of the branch is. */
export const source = {
	repoURL: 'git@git.example:shop/config',
	path: 'clusters/east',
	targetRevision: 'main',
};

export interface Written {
	readonly spec?: object;
	readonly status?: object;
	readonly annotations?: Readonly<Record<string, string>>;
	readonly operation?: object;
}

/** One of that source, which syncs by itself, unless told otherwise. */
export function anApplication(
	name: string,
	{ spec, status, annotations, operation }: Written = {},
): Application {
	const metadata = { name, namespace: 'argocd', uid: name, resourceVersion: '1' };
	return readApplication({
		metadata: annotations === undefined ? metadata : { ...metadata, annotations },
		spec: { source, syncPolicy: { automated: {} }, ...spec },
		status,
		...(operation === undefined ? {} : { operation }),
	});
}

/** The state of a sync to this commit. */
export function aSync(revision: string, state: object): object {
	const syncResult = { revision, ...('syncResult' in state ? (state.syncResult as object) : {}) };
	return { operation: { sync: { revision } }, ...state, syncResult };
}
