import { type FakePull, findBlock, type GitHubState, touch } from './github-state.ts';
import { checkGraphql, type GraphqlField } from './graphql-check.ts';
import type { GraphqlTypes } from './graphql-types.ts';

type Values = Readonly<Record<string, unknown>>;

interface Acting {
	readonly state: GitHubState;
	readonly login: string;
}

interface Refusal {
	readonly type: string;
	readonly message: string;
}

/** Answers a query or a mutation; throws for what the schema does not allow. GraphQL refuses with 200 and errors. */
export function answerGraphql({ state, login }: Acting, types: GraphqlTypes, body: unknown): object {
	const { query, variables = {} } = body as { readonly query: string; readonly variables?: Values };
	const document = checkGraphql(types, { query, variables });
	const data: Record<string, unknown> = {};
	const errors: object[] = [];
	for (const field of document.fields) {
		const input = (variables[field.args['input'] ?? ''] ?? {}) as Values;
		const outcome = field.name === 'viewer' ? { login } : mutate({ state, login }, field.name, input);
		if ('message' in outcome)
			errors.push({ ...outcome, path: [field.name], locations: [{ line: 1, column: 1 }] });
		data[field.name] = 'message' in outcome ? null : select(outcome, field);
	}
	return errors.length === 0 ? { data } : { data, errors };
}

function mutate({ state, login }: Acting, name: string, input: Values): Values | Refusal {
	const pull = state.pulls.find(({ number }) => `PR_${number}` === input['pullRequestId']);
	if (pull === undefined) {
		return {
			type: 'NOT_FOUND',
			message: `Could not resolve to a node with the global id of '${input['pullRequestId']}'`,
		};
	}
	const refusal =
		name === 'enablePullRequestAutoMerge' ? enable({ state, login }, pull, input) : disable(state, pull);
	if (refusal !== undefined) return { type: 'UNPROCESSABLE', message: refusal };
	return { pullRequest: { id: `PR_${pull.number}`, number: pull.number, autoMergeRequest: {} } };
}

function enable({ state, login }: Acting, pull: FakePull, input: Values): string | undefined {
	const role = state.people.get(login);
	if (role !== 'admin' && role !== 'maintain' && role !== 'write') return 'Must have write access';
	if (!state.settings.autoMerge) return 'Pull request Auto merge is not allowed for this repository';
	if (pull.state === 'closed') return 'Pull request Pull request is closed';
	if (input['expectedHeadOid'] !== undefined && input['expectedHeadOid'] !== pull.sha) {
		return 'Head branch was modified. Review and try the merge again.';
	}
	if (!state.protections.has(pull.base) && !state.rules.has(pull.base)) {
		return 'Pull request Protected branch rules not configured for this branch';
	}
	if (findBlock(state, pull) === undefined && !state.commits.hasConflict(pull.base, pull.sha)) {
		return 'Pull request Pull request is in clean status';
	}
	const method = String(input['mergeMethod'] ?? 'MERGE').toLowerCase() as 'merge' | 'squash' | 'rebase';
	touch(state, pull).autoMerge = { method, by: login };
	return undefined;
}

function disable(state: GitHubState, pull: FakePull): string | undefined {
	if (pull.autoMerge === undefined) return "Can't disable auto-merge for this pull request.";
	delete touch(state, pull).autoMerge;
	return undefined;
}

function select(value: Values, { fields }: GraphqlField): Values {
	return Object.fromEntries(
		fields.map((field) => {
			const inner = value[field.name];
			const isObject = typeof inner === 'object' && inner !== null;
			return [field.name, isObject ? select(inner as Values, field) : (inner ?? null)];
		}),
	);
}
