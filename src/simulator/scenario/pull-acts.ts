// What people do to pull requests while a scenario plays.
import type { CheckState, Login } from '../../model/ports/forge.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import type { MergeStyle, StoredPull } from '../forge/records.ts';
import { ForgeRefusal } from '../forge/refusal.ts';
import type { Stage } from './stage.ts';
import { type StagedForge, seekPull } from './staged-forge.ts';

interface Act<Kind extends string> {
	readonly act: Kind;
	/** A pull request's number, or its branch with or without `spillway/`. */
	readonly of: number | string;
	/** Default: ada. */
	readonly as: Login;
}

export type PullAct =
	| Act<'close' | 'reopen' | 'approve' | 'deleteBranch'>
	| (Act<'merge'> & { readonly style: MergeStyle })
	| (Act<'comment'> & { readonly text: string })
	| (Act<'label' | 'unlabel'> & { readonly name: string })
	| (Act<'status'> & { readonly name: string; readonly state: CheckState })
	/** A commit on its branch: texts by path, null deletes. */
	| (Act<'push'> & { readonly files: Readonly<Record<string, string | null>> });

/** What a branch asks of pushes and merges from now on, in the place of what it asked before. */
export interface StagedProtection {
	readonly branch: string;
	/** Who may push past pull requests. */
	readonly mayPush: 'nobody' | 'writers' | readonly Login[];
	readonly approvals: number;
	readonly checks: readonly string[];
}

/** Carries them out in order. Returns what the forge refused, one sentence each. */
export async function actOnPulls(stage: Stage, acts: readonly PullAct[]): Promise<readonly string[]> {
	const refusals: string[] = [];
	for (const act of acts) {
		const pull = seekPull(stage.forge, act.of);
		const refusal = pull === undefined ? 'there is none' : await tryTo(stage, act, pull);
		if (refusal !== undefined) refusals.push(`${act.as} cannot ${act.act} ${act.of}: ${refusal}`);
	}
	return refusals;
}

async function tryTo(stage: Stage, act: PullAct, pull: StoredPull): Promise<string | undefined> {
	try {
		await carryOut(stage, act, pull);
		return undefined;
	} catch (error) {
		if (!(error instanceof ForgeRefusal)) throw error;
		return error.message || String(error.status);
	}
}

async function carryOut(stage: Stage, act: PullAct, { number, head, headCommit }: StoredPull): Promise<void> {
	const { hosted } = stage.forge;
	const { as } = act;
	switch (act.act) {
		case 'merge':
			await hosted.merge(as, number, { style: act.style, deleteBranch: false });
			return;
		case 'close':
		case 'reopen':
			await hosted.edit(as, number, { state: act.act === 'close' ? 'closed' : 'open' });
			return;
		case 'approve':
			await hosted.review(as, number, { state: 'APPROVED', body: '', remarks: [] });
			return;
		case 'deleteBranch':
			await hosted.deleteBranch(as, head);
			return;
		case 'comment':
			await hosted.comment(as, number, act.text);
			return;
		case 'label':
		case 'unlabel':
			await setLabel(stage.forge, act, number);
			return;
		case 'status':
			await setStatus(stage.forge, act, headCommit);
			return;
		case 'push':
			stage.repository.commitDirectly(act.files, `a push by ${as}`, personOf(as), head);
			await hosted.look(as);
	}
}

function personOf(login: Login) {
	return { author: { name: login, email: `${login}@example.com` } };
}

async function setLabel(
	{ hosted }: StagedForge,
	{ act, as, name }: Extract<PullAct, { readonly act: 'label' | 'unlabel' }>,
	number: number,
): Promise<void> {
	const known = hosted.state.labels.find((label) => label.name === name);
	const label = known ?? (await hosted.makeLabel(as, { name, color: '5b7c99', description: '' }));
	if (act === 'label') await hosted.addLabels(as, number, [label.id]);
	else await hosted.removeLabel(as, number, label.id);
}

async function setStatus(
	{ hosted }: StagedForge,
	{ as, name, state }: Extract<PullAct, { readonly act: 'status' }>,
	commit: CommitId,
): Promise<void> {
	await hosted.setStatus(as, commit, { context: name, state, description: '', url: '' });
}

/** Has the owner protect a branch. */
export async function protectBranch(
	{ hosted }: StagedForge,
	{ branch, mayPush, approvals, checks }: StagedProtection,
): Promise<void> {
	const { rules, owner } = hosted.state;
	const before = rules.findIndex((rule) => rule.branch === branch);
	if (before !== -1) rules.splice(before, 1);
	const asked = { requiredApprovals: approvals, requiredContexts: checks, blocksOnRejection: true };
	await hosted.protect(owner, { branch, mayPush, ...asked });
}
