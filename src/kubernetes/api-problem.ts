import type { ClusterName, Namespace } from '../model/names.ts';
import type { Resource } from '../model/ports/cluster.ts';
import { type Problem, ProblemError, problem, type Where } from '../model/problem.ts';
import type { ApiStatus } from './api-status.ts';
import { NoAnswerError } from './no-answer.ts';
import { formatResource } from './urls.ts';

/** A request in the words of RBAC. */
export interface ApiCall {
	readonly cluster: ClusterName;
	readonly verb: 'list' | 'watch' | 'get' | 'patch' | 'create' | 'update';
	readonly resource: Resource;
	/** Absent: of all namespaces. */
	readonly namespace?: Namespace;
	readonly name?: string;
}

/** The problem behind an answer that is not the one asked for. */
export function describeRefusal(call: ApiCall, { code, message }: ApiStatus): Problem {
	const facts = { where: placeOf(call), got: message === '' ? undefined : message };
	const failed = `cannot ${formatCall(call)}`;
	if (code === 401) {
		return problem('E_CLUSTER_AUTH', { ...facts, message: `${failed}: the credentials are refused` });
	}
	if (code === 403 && !isAdmission(message)) {
		return problem('E_FORBIDDEN', {
			...facts,
			message: failed,
			remedy: `grant "${call.verb}" on ${formatResource(call.resource)} ${inNamespace(call)}`,
		});
	}
	if (code >= 400 && code < 500 && code !== 408 && code !== 429 && isWrite(call)) {
		return problem('E_WRITE_REFUSED', { ...facts, message: `${failed} (HTTP ${code})` });
	}
	return problem('E_CLUSTER_UNREACHABLE', { ...facts, message: `${failed} (HTTP ${code})` });
}

/** The problem behind a request without an answer. Anything that is no such failure is thrown on. */
export function describeFailure(call: ApiCall, error: unknown): Problem {
	if (error instanceof ProblemError) return error.problem;
	if (!(error instanceof NoAnswerError)) throw error;
	return problem('E_CLUSTER_UNREACHABLE', {
		where: placeOf(call),
		message: `cannot ${formatCall(call)}: ${error.message}`,
	});
}

/** The problem of a type that the server serves in none of the versions we know. */
export function describeUnserved(call: ApiCall): Problem {
	const { resource } = call;
	const isSplit = resource.group === 'split.smi-spec.io';
	return problem(isSplit ? 'E_CRD_MISSING' : 'E_CLUSTER_UNREACHABLE', {
		where: placeOf(call),
		message: `the API serves no ${formatResource(resource)}`,
		expected: `version ${resource.versions.join(' or ')}`,
		remedy: isSplit
			? undefined
			: `use a cluster that serves ${formatResource(resource)}; Spillway keeps trying`,
	});
}

function placeOf({ cluster, namespace, name }: ApiCall): Where {
	const place = [namespace, name].filter((part) => part !== undefined).join('/');
	return { kind: 'named', name: place === '' ? cluster : `${cluster} ${place}` };
}

function formatCall(call: ApiCall): string {
	return `${call.verb} ${formatResource(call.resource)} ${inNamespace(call)}`;
}

function inNamespace({ namespace }: ApiCall): string {
	return namespace === undefined ? 'in all namespaces' : `in namespace ${namespace}`;
}

function isWrite({ verb }: ApiCall): boolean {
	return verb === 'patch' || verb === 'create' || verb === 'update';
}

/** RBAC and admission both answer 403, as does a namespace on its way out; only the wording tells them apart. */
function isAdmission(message: string): boolean {
	return /^admission webhook |denied (the )?request|because it is being terminated/.test(message);
}
