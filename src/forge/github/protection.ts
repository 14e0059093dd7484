import type { BranchProtection } from '../../model/ports/forge.ts';
import { understand } from '../http/client.ts';
import { asFields, type Fields, findFields, findText, readList } from '../http/fields.ts';
import type { GitHubApi, SendPage } from './api.ts';
import { asList } from './as-list.ts';

/**
 * From the branch, which tells everybody of its required checks; from its classic protection, which only admins may
 * read; and from the rules of rulesets, which everybody may. Who may pass a ruleset by, GitHub does not tell.
 */
export async function readProtection(
	api: GitHubApi,
	branch: string,
	signal: AbortSignal,
): Promise<BranchProtection> {
	const found = await readBranch(api, branch, signal);
	if (found === undefined) return { isProtected: false, requiredChecks: [], requiredApprovals: 0 };
	const rules = await listRules(api, branch, signal);
	const classic = findFields(found['protection']);
	const hasClassic = classic?.['enabled'] === true;
	const details = hasClassic ? await readClassic(api, branch, signal) : undefined;
	const isProtected = found['protected'] === true || rules.length > 0;
	const checks = [...readChecks(details ?? classic), ...rules.flatMap(readRuleChecks)];
	const mayPush = judgePush({ isProtected, rules, details, hasClassic });
	return {
		isProtected,
		...(mayPush === undefined ? {} : { mayPush }),
		requiredChecks: [...new Set(checks)],
		requiredApprovals: Math.max(readApprovals(details), ...rules.map(readRuleApprovals)),
	};
}

async function readBranch(api: GitHubApi, branch: string, signal: AbortSignal): Promise<Fields | undefined> {
	const asked = { what: `read the branch ${branch}`, expected: [404] };
	const answer = await api.call(
		asked,
		(octokit, parameters) =>
			octokit.request('GET /repos/{owner}/{repo}/branches/{branch}', { ...parameters, branch }),
		signal,
	);
	return answer.status === 404 ? undefined : understand(api, asked, () => asFields(answer.body, 'branch'));
}

/** `undefined` where we may not know. */
async function readClassic(api: GitHubApi, branch: string, signal: AbortSignal): Promise<Fields | undefined> {
	const asked = { what: `read what protects ${branch}`, expected: [403, 404] };
	const answer = await api.call(
		asked,
		(octokit, parameters) =>
			octokit.request('GET /repos/{owner}/{repo}/branches/{branch}/protection', { ...parameters, branch }),
		signal,
	);
	return answer.status === 200
		? understand(api, asked, () => asFields(answer.body, 'protection'))
		: undefined;
}

/** An older GitHub Enterprise Server has none. */
async function listRules(api: GitHubApi, branch: string, signal: AbortSignal): Promise<readonly Fields[]> {
	const send: SendPage = (octokit, parameters) =>
		octokit.request('GET /repos/{owner}/{repo}/rules/branches/{branch}', { ...parameters, branch });
	const asked = { what: `read the rules of ${branch}`, expected: [403, 404] };
	const read = (body: unknown): readonly Fields[] =>
		asList(body, 'rules').map((rule) => asFields(rule, 'rule'));
	return await api.items(asked, send, read, signal);
}

function readChecks(protection: Fields | undefined): readonly string[] {
	const required = findFields(protection?.['required_status_checks']);
	return required === undefined
		? []
		: readList(required, 'contexts').filter((name) => typeof name === 'string');
}

function readRuleChecks(rule: Fields): readonly string[] {
	const checks = readList(findFields(rule['parameters']) ?? {}, 'required_status_checks');
	return checks.flatMap((check) => findText(findFields(check), 'context') ?? []);
}

function readApprovals(protection: Fields | undefined): number {
	return count(findFields(protection?.['required_pull_request_reviews']));
}

function readRuleApprovals(rule: Fields): number {
	return count(findFields(rule['parameters']));
}

function count(fields: Fields | undefined): number {
	const value = fields?.['required_approving_review_count'];
	return typeof value === 'number' ? value : 0;
}

/** Rules that keep plain pushes out. */
const closing = new Set(['pull_request', 'required_status_checks', 'update', 'merge_queue']);

function judgePush({
	isProtected,
	rules,
	details,
	hasClassic,
}: {
	readonly isProtected: boolean;
	readonly rules: readonly Fields[];
	readonly details: Fields | undefined;
	readonly hasClassic: boolean;
}): boolean | undefined {
	if (!isProtected) return true;
	if (rules.some(({ type }) => closing.has(String(type))) || isClosed(details)) return false;
	// Whom classic protection lets through is not told to everybody, and not whether that is us.
	return hasClassic ? undefined : true;
}

function isClosed(protection: Fields | undefined): boolean {
	if (findFields(protection?.['lock_branch'])?.['enabled'] === true) return true;
	return ['required_pull_request_reviews', 'required_status_checks'].some(
		(rule) => findFields(protection?.[rule]) !== undefined,
	);
}
