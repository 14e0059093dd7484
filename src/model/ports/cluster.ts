import type { ClusterName, Namespace } from '../names.ts';
import type { Problem } from '../problem.ts';
import type { Milliseconds } from '../time.ts';

/** A Kubernetes object as its API server sends it; nothing beyond metadata is promised. */
export interface KubernetesObject {
	readonly apiVersion?: string;
	readonly kind?: string;
	readonly metadata: {
		readonly name: string;
		readonly namespace?: string;
		readonly uid: string;
		readonly resourceVersion: string;
		readonly labels?: Readonly<Record<string, string>>;
		readonly annotations?: Readonly<Record<string, string>>;
		readonly generation?: number;
		readonly deletionTimestamp?: string;
		readonly ownerReferences?: readonly OwnerReference[];
		/** Who set which fields last. */
		readonly managedFields?: readonly ManagedFields[];
	};
	readonly [field: string]: unknown;
}

export interface OwnerReference {
	readonly apiVersion: string;
	readonly kind: string;
	readonly name: string;
}

/** One writer's fields of an object, as the API server keeps them. */
export interface ManagedFields {
	readonly manager?: string;
	readonly operation?: string;
	readonly time?: string;
	readonly fieldsV1?: Readonly<Record<string, unknown>>;
}

/** A resource type: API group ('' for core), the versions to try in order, plural name. */
export interface Resource {
	readonly group: string;
	readonly versions: readonly string[];
	readonly plural: string;
}

/** What to keep of the objects of one type. */
export interface Collection<T> {
	readonly resource: Resource;
	/** Absent: those of all namespaces. */
	readonly namespace?: Namespace;
	/** As Kubernetes writes it: `app=web`, or a key alone for its presence. Absent: every object. */
	readonly labelSelector?: string;
	/** A type that the server does not serve is one without objects, looked for again from time to time. */
	readonly optional?: boolean;
	/** Prunes an object to what Spillway needs, at decode time. A thrown error quarantines that object alone. */
	readonly decode: (object: KubernetesObject) => T;
}

/** One object of a collection, pruned. */
export interface Item<T> {
	readonly namespace: Namespace;
	readonly name: string;
	readonly resourceVersion: string;
	readonly value: T;
}

/** News from a watched collection. */
export type CollectionChange<T> =
	/** A full, consistent list: whatever it does not name is gone. */
	| { readonly kind: 'reset'; readonly items: readonly Item<T>[] }
	| { readonly kind: 'applied'; readonly item: Item<T> }
	| {
			readonly kind: 'deleted';
			readonly namespace: Namespace;
			readonly name: string;
			readonly resourceVersion: string;
	  }
	/** Proof of life without news: a bookmark, or any bytes. */
	| { readonly kind: 'alive' }
	/** The source failed or an object could not be read; it goes on by itself. */
	| { readonly kind: 'problem'; readonly problem: Problem };

/** JSON Patch (RFC 6902), as far as Spillway writes it. */
export type PatchOperation =
	| { readonly op: 'test'; readonly path: string; readonly value: unknown }
	| { readonly op: 'replace'; readonly path: string; readonly value: unknown }
	/** Of a field that is absent. */
	| { readonly op: 'add'; readonly path: string; readonly value: unknown }
	/** Of a field that is there. */
	| { readonly op: 'remove'; readonly path: string };

export interface ObjectRef {
	readonly resource: Resource;
	readonly namespace: Namespace;
	readonly name: string;
}

/** An object addressed in one of its type's versions, which is the one a write is validated by. */
export interface VersionedRef extends ObjectRef {
	readonly version: string;
}

/** What to create or apply: `apiVersion`, `kind`, `metadata.name` and whatever else the type has. */
export interface Manifest {
	readonly apiVersion: string;
	readonly kind: string;
	readonly metadata: {
		readonly name: string;
		readonly namespace: Namespace;
		/** Makes the write conditional on the object that was read. */
		readonly uid?: string;
		readonly resourceVersion?: string;
		readonly labels?: Readonly<Record<string, string>>;
		readonly annotations?: Readonly<Record<string, string>>;
	};
	readonly [field: string]: unknown;
}

/** How the API server answered a write. */
export type WriteOutcome =
	| { readonly kind: 'written'; readonly object: KubernetesObject }
	/**
	 * A precondition failed (409, or 422 from a `test`), the object exists already, or another manager owns an
	 * applied field, whom the message names: read again, decide again.
	 */
	| { readonly kind: 'conflict'; readonly message: string }
	| { readonly kind: 'missing' }
	/** The server will not have it: validation, admission, RBAC. */
	| { readonly kind: 'refused'; readonly problem: Problem }
	/** Too many requests, or the server is ill: try again after this long. */
	| { readonly kind: 'unavailable'; readonly message: string; readonly retryAfter?: Milliseconds }
	/** The answer was lost: it may have been applied. Read before doing anything else. */
	| { readonly kind: 'unknown'; readonly message: string };

/** A core/v1 Event about a target. */
export interface ClusterEvent {
	readonly regarding: ObjectRef & {
		readonly kind: string;
		readonly apiVersion: string;
		readonly uid: string;
	};
	readonly type: 'Normal' | 'Warning';
	readonly reason: string;
	readonly note: string;
}

/** One cluster's API, in domain words. Every call has its own deadline. */
export interface Cluster {
	readonly name: ClusterName;
	/** Lists and watches until aborted, telling `sink` in order. Heals itself; resolves only when aborted. */
	reflect<T>(
		collection: Collection<T>,
		sink: (change: CollectionChange<T>) => void,
		signal: AbortSignal,
	): Promise<void>;
	/** The object as it is now, `undefined` when there is none. Throws ProblemError when it cannot be known. */
	read(ref: ObjectRef, signal: AbortSignal): Promise<KubernetesObject | undefined>;
	/** Writes with the field manager `spillway`, as all that follow. Never throws for an answer. */
	patch(ref: VersionedRef, operations: readonly PatchOperation[], signal: AbortSignal): Promise<WriteOutcome>;
	/** Server-side apply, never forced: creates the object, or sets the manifest's fields. */
	apply(ref: VersionedRef, manifest: Manifest, signal: AbortSignal): Promise<WriteOutcome>;
	create(ref: VersionedRef, manifest: Manifest, signal: AbortSignal): Promise<WriteOutcome>;
	/** Replaces the whole object, on condition of `metadata.resourceVersion`. */
	replace(ref: VersionedRef, manifest: Manifest, signal: AbortSignal): Promise<WriteOutcome>;
	/** Throws ProblemError when the Event could not be created. */
	createEvent(event: ClusterEvent, signal: AbortSignal): Promise<void>;
}
