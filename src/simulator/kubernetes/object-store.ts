import type { KubernetesObject } from '../../model/ports/cluster.ts';

/** Addresses one object of the embedded API. `group` is '' for core; `namespace` '' for cluster-scoped types. */
export interface ObjectKey {
	readonly group: string;
	readonly plural: string;
	readonly namespace: string;
	readonly name: string;
}

/** Addresses a type. */
export type TypeKey = Pick<ObjectKey, 'group' | 'plural'>;

/** Selects objects of one type; without `namespace` those of every namespace. Selectors in Kubernetes' syntax. */
export interface Selection {
	readonly group: string;
	readonly plural: string;
	readonly namespace?: string;
	readonly labelSelector?: string;
	readonly fieldSelector?: string;
}

export interface ObjectList {
	readonly resourceVersion: string;
	readonly items: readonly KubernetesObject[];
}

export type PatchType = 'application/json-patch+json' | 'application/merge-patch+json';

export interface WriteOptions {
	/** The version the write speaks and is validated by; else the object's own, for a patch the storage version. */
	readonly version?: string;
	/** Who writes, as `metadata.managedFields` names it. Default: `unknown`, as a real server's. */
	readonly manager?: string;
	/** Writes the status and nothing else; without it, types with a status subresource keep theirs. */
	readonly subresource?: 'status';
}

export interface ApplyOptions extends WriteOptions {
	readonly manager: string;
	/** Takes fields from other managers instead of throwing 409. */
	readonly force?: boolean;
}

export interface StoreEvent {
	readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
	readonly object: KubernetesObject;
	/** The version of the change itself; for DELETED, of the deletion. */
	readonly resourceVersion: string;
}

/**
 * The embedded API's objects: synchronous, in memory, one global increasing resourceVersion, optimistic
 * concurrency, schema checks, an event log that can be compacted. Objects handed out are frozen copies in the
 * storage version. Every refusal is thrown as an `ApiStatusError`, the same that the HTTPS front end answers with.
 */
export interface ObjectStore {
	resourceVersion(): string;
	list(selection: Selection): ObjectList;
	/** Throws 404. */
	get(key: ObjectKey): KubernetesObject;
	/** Throws 404 (unknown type or namespace), 409 AlreadyExists, 422. */
	create(key: Omit<ObjectKey, 'name'>, object: unknown, options?: WriteOptions): KubernetesObject;
	/**
	 * Throws 404, 409 (stale `metadata.resourceVersion`, when the object carries one), 422. Some types are created
	 * by it.
	 */
	update(key: ObjectKey, object: unknown, options?: WriteOptions): KubernetesObject;
	/** Throws 404, 409, 422. A patch that changes nothing keeps the resourceVersion and emits nothing. */
	patch(key: ObjectKey, type: PatchType, body: unknown, options?: WriteOptions): KubernetesObject;
	/**
	 * Server-side apply: creates the object, or sets the manifest's fields and takes out those that the manager
	 * applied before. Throws 404, 409 (another manager owns a field; stale version), 422, 500 for what the schema
	 * does not know.
	 */
	apply(key: ObjectKey, object: unknown, options: ApplyOptions): KubernetesObject;
	/** What has finalizers stays, with `metadata.deletionTimestamp`, until they are taken away. Throws 404. */
	delete(key: ObjectKey): KubernetesObject;
	/**
	 * Tells `listener`, synchronously and in order, of every change after `since` (default: from now on).
	 * Throws 410 when `since` is older than the log. Returns what ends it.
	 */
	watch(selection: Selection, since: string | undefined, listener: (event: StoreEvent) => void): () => void;
	/** Whether a watch from this version would be answered with 410. */
	isCompacted(resourceVersion: string): boolean;
	/** Forgets the event log: watches from older versions answer 410. */
	compact(): void;
	/** The versions in which a type is served, the preferred one first; none where it is not. */
	served(type: TypeKey): readonly string[];
	/**
	 * Serves a type only in these of its versions, as where a CRD is missing, late or changed; its objects are kept.
	 * What is not served is answered with 404, and its watches end.
	 */
	setServed(type: TypeKey, versions: readonly string[]): void;
	/** Tells `listener` whenever a type is served in other versions. Returns what ends it. */
	onServed(listener: () => void): () => void;
}
