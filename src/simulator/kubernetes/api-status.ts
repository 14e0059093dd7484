import { formatGroupResource, type ResourceType } from './resource-types.ts';

/** One field at fault in a 422. */
export interface StatusCause {
	readonly reason:
		| 'FieldValueForbidden'
		| 'FieldValueInvalid'
		| 'FieldValueNotSupported'
		| 'FieldValueRequired'
		| 'FieldValueTooLong'
		| 'FieldValueTypeInvalid'
		| 'FieldManagerConflict'
		| 'NamespaceTerminating'
		| 'ResourceVersionTooLarge';
	readonly message: string;
	readonly field?: string;
}

export interface StatusDetails {
	readonly name?: string;
	readonly group?: string;
	readonly kind?: string;
	readonly uid?: string;
	readonly causes?: readonly StatusCause[];
	readonly retryAfterSeconds?: number;
}

/** The body of a refusal: metav1.Status. */
export interface ApiStatus {
	readonly kind: 'Status';
	readonly apiVersion: 'v1';
	readonly metadata: Readonly<Record<string, never>>;
	readonly status: 'Failure';
	readonly message: string;
	/** Absent where a server fails to make sense of a request. */
	readonly reason?: string;
	readonly details?: StatusDetails;
	readonly code: number;
}

/** A refusal worded as a real API server words it. */
export class ApiStatusError extends Error {
	override readonly name = 'ApiStatusError';
	readonly status: ApiStatus;

	constructor(status: ApiStatus) {
		super(status.message);
		this.status = status;
	}
}

export interface Refusal {
	readonly code: number;
	readonly reason?: string;
	readonly message: string;
	readonly details?: StatusDetails;
}

export function refuse(refusal: Refusal): ApiStatusError {
	return new ApiStatusError({
		kind: 'Status',
		apiVersion: 'v1',
		metadata: {},
		status: 'Failure',
		...refusal,
	});
}

type TypeName = Pick<ResourceType, 'group' | 'plural'>;

export function refuseNotFound(type: TypeName, name: string): ApiStatusError {
	const message = `${formatGroupResource(type)} "${name}" not found`;
	return refuse({ code: 404, reason: 'NotFound', message, details: detail(type, name) });
}

/** No such path: an unknown group, version, type or subresource. */
export function refuseUnknownPath(): ApiStatusError {
	const message = 'the server could not find the requested resource';
	return refuse({ code: 404, reason: 'NotFound', message, details: {} });
}

export function refuseMethod(): ApiStatusError {
	const message = 'the server does not allow this method on the requested resource';
	return refuse({ code: 405, reason: 'MethodNotAllowed', message, details: {} });
}

export function refuseMediaType(accepted: readonly string[]): ApiStatusError {
	const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
	return refuse({ code: 415, reason: 'UnsupportedMediaType', message });
}

export function refuseUnauthorized(): ApiStatusError {
	return refuse({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' });
}

export function refuseAlreadyExists(type: TypeName, name: string, terminating: boolean): ApiStatusError {
	const exists = `${formatGroupResource(type)} "${name}" already exists`;
	const message = terminating ? `object is being deleted: ${exists}` : exists;
	return refuse({ code: 409, reason: 'AlreadyExists', message, details: detail(type, name) });
}

/** Nothing new comes into a namespace that is going. */
export function refuseTerminating(type: TypeName, name: string, namespace: string): ApiStatusError {
	const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
	const message = `${formatGroupResource(type)} "${name}" is forbidden: ${why}`;
	const cause = {
		reason: 'NamespaceTerminating',
		message: `namespace ${namespace} is being terminated`,
		field: 'metadata.namespace',
	} as const;
	const details = { ...detail(type, name), causes: [cause] };
	return refuse({ code: 403, reason: 'Forbidden', message, details });
}

/** Options of a request that do not go together, or have no such value. */
export function refuseOptions(kind: string, causes: readonly StatusCause[]): ApiStatusError {
	const details = { group: 'meta.k8s.io', kind, causes };
	const message = `${kind}.meta.k8s.io "" is invalid: ${listFaults(causes)}`;
	return refuse({ code: 422, reason: 'Invalid', message, details });
}

/** A version that is yet to come. */
export function refuseTooLarge(asked: string, current: string): ApiStatusError {
	const cause = { reason: 'ResourceVersionTooLarge', message: 'Too large resource version' } as const;
	const message = `Timeout: Too large resource version: ${asked}, current: ${current}`;
	const details = { causes: [cause], retryAfterSeconds: 1 };
	return refuse({ code: 504, reason: 'Timeout', message, details });
}

export const staleVersion: string =
	'the object has been modified; please apply your changes to the latest version and try again';

export function refuseConflict(type: TypeName, name: string, why: string): ApiStatusError {
	const message = `Operation cannot be fulfilled on ${formatGroupResource(type)} "${name}": ${why}`;
	return refuse({ code: 409, reason: 'Conflict', message, details: detail(type, name) });
}

/** The fields of one object that validation will not have. */
export function refuseInvalid(
	type: ResourceType,
	name: string,
	causes: readonly StatusCause[],
): ApiStatusError {
	const kind = type.group === '' ? type.kind : `${type.kind}.${type.group}`;
	const details = { ...detail(type, name), kind: type.kind, causes };
	const message = `${kind} "${name}" is invalid: ${listFaults(causes)}`;
	return refuse({ code: 422, reason: 'Invalid', message, details });
}

function listFaults(causes: readonly StatusCause[]): string {
	const faults = causes.map(({ field, message }) => `${field}: ${message}`);
	return faults.length === 1 ? faults.join() : `[${faults.join(', ')}]`;
}

/** A JSON Patch that cannot be applied: a failed test and a missing path cannot be told apart. */
export function refuseUnprocessable(): ApiStatusError {
	const message = 'the server rejected our request due to an error in our request';
	return refuse({ code: 422, reason: 'Invalid', message, details: {} });
}

export function refuseBadRequest(message: string): ApiStatusError {
	return refuse({ code: 400, reason: 'BadRequest', message });
}

/** A version that is no longer in the log. */
export function refuseExpired(message: string): ApiStatusError {
	return refuse({ code: 410, reason: 'Expired', message });
}

function detail({ group, plural }: TypeName, name: string): StatusDetails {
	return { name, ...(group === '' ? {} : { group }), kind: plural };
}
