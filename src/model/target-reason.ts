import type { ManualEdit } from './manual-edit.ts';
import type { ServiceName } from './names.ts';
import { settingFor } from './other-writers.ts';
import type { LateMerge, Veto } from './pull-request.ts';
import { formatDuration, type Instant } from './time.ts';
import { formatWeights, type Weights } from './weights.ts';

/** What a decision says of its target. `target` is written with its kind and cluster. */
export type TargetReason =
	| { readonly code: 'TargetMissing'; readonly target: string }
	| { readonly code: 'TargetInvalid'; readonly target: string; readonly message: string }
	| { readonly code: 'BackendNotInSplit'; readonly backend: ServiceName; readonly target: string }
	| { readonly code: 'NoRuleMatches'; readonly target: string; readonly backends: readonly ServiceName[] }
	| { readonly code: 'TargetTerminating'; readonly target: string }
	/** Another tool writes the weights by itself; `setting` is what makes it stop. */
	| {
			readonly code: 'TargetTaken';
			readonly target: string;
			readonly owner: string;
			readonly setting: string;
	  }
	/** A ServiceProfile of the apex makes Linkerd ignore the route. */
	| { readonly code: 'RouteShadowed'; readonly target: string; readonly apex: ServiceName }
	/** An owned target is made with these weights: it is missing, or has other backends. */
	| { readonly code: 'TargetMade'; readonly target: string; readonly weights: Weights }
	| {
			readonly code: 'Contested';
			readonly target: string;
			readonly rounds: number;
			readonly manager?: string;
	  }
	/** They were written directly, as no commit was live in time, and Git is to follow. */
	| { readonly code: 'GitDebt'; readonly target: string }
	/** A person does not want this move. */
	| { readonly code: 'Vetoed'; readonly target: string; readonly veto: Veto }
	/** A pull request was merged that was not needed any more. */
	| { readonly code: 'LateMerge'; readonly target: string; readonly late: LateMerge }
	/** A person set other weights in Git. */
	| { readonly code: 'ManualEdit'; readonly target: string; readonly manual: ManualEdit }
	/** linkerd-smi does not follow; `overrides` is what the proxies route by. */
	| {
			readonly code: 'AdaptorStalled';
			readonly apex: ServiceName;
			readonly overrides: Weights;
			readonly since: Instant;
	  };

/** One sentence, as `renderReason` writes them. */
export function renderTargetReason(reason: TargetReason): string {
	switch (reason.code) {
		case 'TargetMissing':
			return `${reason.target} does not exist`;
		case 'TargetInvalid':
			return `${reason.target} cannot be used: ${reason.message}`;
		case 'BackendNotInSplit':
			return `${reason.target} has no backend ${reason.backend}`;
		case 'NoRuleMatches':
			return `${reason.target} has no rule that names all of ${reason.backends.join(', ')}`;
		case 'TargetTerminating':
			return `${reason.target} is being deleted`;
		case 'TargetTaken':
			return `${reason.target} belongs to ${reason.owner}: ${reason.setting}`;
		case 'RouteShadowed':
			return `${reason.target} is ignored by Linkerd while ${reason.apex} has a ServiceProfile: delete the ServiceProfile`;
		case 'TargetMade':
			return `${reason.target} is made with ${formatWeights(reason.weights)}`;
		case 'Contested':
			return renderContest(reason);
		case 'GitDebt':
			return `${reason.target} was given these weights directly, as no commit was live in time; Git follows`;
		case 'Vetoed':
			return renderVeto(reason);
		case 'LateMerge':
			return renderLateMerge(reason);
		case 'ManualEdit':
			return renderManualEdit(reason);
		case 'AdaptorStalled':
			return `the ServiceProfile of ${reason.apex} still routes ${formatWeights(reason.overrides)}: is linkerd-smi running?`;
	}
}

function renderContest({ target, rounds, manager }: Extract<TargetReason, { code: 'Contested' }>): string {
	const who = manager ?? 'somebody';
	return `${who} undid the weights of ${target} ${rounds} times, so they are left alone for now: ${settingFor(manager)}`;
}

function renderVeto({ target, veto }: Extract<TargetReason, { code: 'Vetoed' }>): string {
	const { number, url, by = 'somebody' } = veto;
	return `${target} is left as it is: ${by} closed pull request #${number} (${url}); open it again, or comment /spillway retry, to have it moved`;
}

function renderLateMerge({ target, late }: Extract<TargetReason, { code: 'LateMerge' }>): string {
	const { number, url, by, to } = late;
	const who = by === undefined ? '' : ` by ${by}`;
	return `pull request #${number} (${url}) was merged${who} after it was no longer needed; since then Git has ${formatWeights(to)} for ${target}`;
}

function renderManualEdit({ target, manual }: Extract<TargetReason, { code: 'ManualEdit' }>): string {
	const { commit, author, found, hold } = manual;
	const span =
		hold === undefined
			? 'until the decision changes (onManualEdit: Adopt)'
			: `for ${formatDuration(hold)} from that commit on (onManualEdit: Hold)`;
	return `${author} set ${target} to ${formatWeights(found)} in commit ${commit.slice(0, 12)}, which stays ${span}`;
}
