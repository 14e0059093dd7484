import type { ClusterName } from '../../model/names.ts';
import type { Resource } from '../../model/ports/cluster.ts';
import type { SyncerView } from '../../model/ports/syncer.ts';
import type { Problem } from '../../model/problem.ts';

/** Objects of a tool that could not be listed yet, and why, as far as that is known. */
export interface Unseen {
	/** `Kustomizations`. */
	readonly kind: string;
	readonly resource: Resource;
	readonly trouble: Problem | undefined;
}

/** Nothing can be said of a tool whose objects are not seen. */
export function describeUnseen(tool: string, cluster: ClusterName, unseen: Unseen): SyncerView {
	const { kind, trouble, resource } = unseen;
	const why = trouble === undefined ? 'they are not listed yet' : trouble.message;
	const right = trouble?.code === 'E_FORBIDDEN';
	const remedy = right
		? `; grant "get", "list", "watch" and "patch" on ${resource.plural}.${resource.group}`
		: '';
	const detail = `${kind} of cluster ${cluster} cannot be read: ${why}${remedy}`;
	const view = { name: `${tool} on ${cluster}`, blocker: { kind: 'Unknown', detail } } as const;
	return trouble === undefined ? { ...view, unlisted: true } : view;
}
