// A trace for people: one step below the other, aligned, as wide as the terminal.
import { describeTarget } from '../../model/names.ts';
import type { CommitFacts } from '../../model/ports/repository.ts';
import { formatProblem, showText } from '../../model/problem.ts';
import { formatWeights, type Weights } from '../../model/weights.ts';
import { paint, type Style, type Terminal } from '../terminal.ts';
import { formatAge } from './age.ts';
import type { TraceFacts } from './trace-facts.ts';
import { type Stage, shortId, showAuthor, type Verdict } from './verdict.ts';
import { wrapText } from './wrap.ts';

/** How a step went: it agrees, it does not, nothing is known of it, there is none. */
type Mark = 'agrees' | 'differs' | 'unknown' | 'none';

interface Step {
	readonly mark: Mark;
	readonly label: string;
	/** What it says; the first counts, the others explain. */
	readonly lines: readonly [string, ...string[]];
}

const marks: Readonly<Record<Mark, readonly [text: string, style: Style]>> = {
	agrees: ['✔', 'green'],
	differs: ['✘', 'red'],
	unknown: ['?', 'yellow'],
	none: ['–', 'dim'],
};

/** Columns before the text: mark, label and the spaces behind them. */
const indent = 12;

/** Narrower terminals get lines of this width. */
const leastWidth = 40;

/** Lines of at most `terminal.columns` characters; as long as they are where that is not known. */
export function renderTrace(
	facts: TraceFacts,
	verdict: Verdict,
	terminal: Pick<Terminal, 'color' | 'columns'>,
): string {
	const width = Math.max(terminal.columns ?? Number.POSITIVE_INFINITY, leastWidth) - indent;
	const steps = [
		describePolicy(facts),
		describeDecision(facts),
		describeCommit(facts),
		describeGit(facts, verdict),
		describeSynced(facts, verdict),
		describeLive(facts, verdict),
		describeVerdict(verdict),
	];
	return steps
		.flatMap((step) => (step === undefined ? [] : renderStep(step, width, terminal)))
		.map((line) => `${line}\n`)
		.join('');
}

function renderStep(
	{ mark, label, lines: [first, ...more] }: Step,
	width: number,
	terminal: Pick<Terminal, 'color'>,
): readonly string[] {
	const [sign, style] = marks[mark];
	const head = `${paint(terminal, style, sign)} ${paint(terminal, 'bold', label)}`;
	const margin = ' '.repeat(indent);
	const [start = '', ...rest] = wrapText(first, width);
	return [
		`${head}${' '.repeat(indent - 2 - label.length)}${start}`,
		...rest.map((line) => `${margin}${line}`),
		...more
			.flatMap((text) => wrapText(text, width))
			.map((line) => `${margin}${paint(terminal, 'dim', line)}`),
	];
}

function describePolicy({ policy, blob, tip, branch }: TraceFacts): Step {
	const { key, mode, source, failover, failback } = policy;
	const then = (failover.escalate ?? []).map(({ to, after }) => `, ${to} after ${formatAge(after)}`).join('');
	const back = describeFailback(failback);
	return {
		mark: 'agrees',
		label: 'policy',
		lines: [
			`${key} at ${showText(source)}`,
			`${mode}; failover via ${failover.via}${then}; failback via ${failback.via}${back}`,
			`${blob === undefined ? '' : `blob ${shortId(blob)} at `}${shortId(tip)}, the tip of ${branch}`,
		],
	};
}

function describeFailback({ autoMerge, ramp }: TraceFacts['policy']['failback']): string {
	const merged = autoMerge ? ', merged by itself once its checks pass' : '';
	return ramp === undefined ? merged : `${merged}, in steps of ${ramp.join(', ')} %`;
}

function describeDecision({ move, policy, searched, branch }: TraceFacts): Step {
	if (move !== undefined) {
		const decided = move.weights === undefined ? 'other backends than today’s' : formatWeights(move.weights);
		return {
			mark: 'agrees',
			label: 'decision',
			lines: [decided, ...move.reasons.map((reason) => `- ${showText(reason, 4096)}`)],
		};
	}
	const none =
		searched === 1
			? `none in the only commit of ${branch}`
			: `none in the last ${searched} commits of ${branch}`;
	const where = `${policy.failover.via} ${policy.failback.via}`.includes('Direct')
		? ['what is written directly is in the log and in Events']
		: [];
	return { mark: 'none', label: 'decision', lines: [none, ...where] };
}

function describeCommit({ move, now }: TraceFacts): Step | undefined {
	if (move === undefined) return undefined;
	const { commit, merged, episode, policyCommit } = move;
	const at = new Date(commit.at).toISOString().replace(/\.\d+Z$/, 'Z');
	const read = policyCommit === undefined ? '' : `, policy of ${shortId(policyCommit)}`;
	return {
		mark: 'agrees',
		label: 'commit',
		lines: [
			describeSubject(commit),
			`${showAuthor(commit)}, ${formatAge(now - commit.at)} ago (${at})`,
			...(merged === undefined ? [] : [`merges ${describeSubject(merged)}`]),
			...(episode === undefined ? [] : [`episode ${showText(episode, 200)}${read}`]),
		],
	};
}

function describeSubject({ id, message }: CommitFacts): string {
	const [subject = ''] = message.split('\n');
	return `${shortId(id)} ${showText(subject, 200)}`;
}

function describeGit({ git }: TraceFacts, verdict: Verdict): Step {
	const label = 'git';
	switch (git.kind) {
		case 'weights':
			return {
				mark: markOf(verdict, 'git'),
				label,
				lines: [formatWeights(git.weights), showText(git.path, 200)],
			};
		case 'none':
			return { mark: 'none', label, lines: ['the cluster has no folder of manifests'] };
		case 'unclear':
			return { mark: markOf(verdict, 'git', 'none'), label, lines: [formatProblem(git.problem)] };
	}
}

function describeSynced({ synced, policy, git }: TraceFacts, verdict: Verdict): Step | undefined {
	const label = 'synced';
	switch (synced.kind) {
		case 'none':
			if (git.kind === 'none') return undefined;
			return { mark: 'none', label, lines: [`spillway.yaml names no syncer for ${policy.target.cluster}`] };
		case 'unknown':
			return { mark: 'unknown', label, lines: [formatProblem(synced.problem)] };
		case 'view': {
			const { name, fetched, applied, blocker } = synced.view;
			const revisions = `fetched ${fetched ? shortId(fetched) : 'nothing'}, applied ${applied ? shortId(applied) : 'nothing'}`;
			const unseen = blocker?.kind === 'Unknown';
			const says = unseen ? showText(blocker.detail, 4096) : revisions;
			return {
				mark: unseen ? 'unknown' : markOf(verdict, 'synced'),
				label,
				lines: [says, showText(name, 200)],
			};
		}
	}
}

function describeLive(facts: TraceFacts, verdict: Verdict): Step {
	const { live, policy } = facts;
	const label = 'live';
	const name = describeTarget(policy.target);
	switch (live.kind) {
		case 'missing':
			return { mark: 'differs', label, lines: ['there is none', name] };
		case 'unknown':
			return { mark: 'unknown', label, lines: [formatProblem(live.problem)] };
		case 'live': {
			const { manager, heldOff, leftAloneBy } = live.target;
			const writer = manager === undefined ? '' : `, last written by ${showText(manager)}`;
			const held =
				leftAloneBy === undefined ? [] : [`${leftAloneBy}${heldOff === 'spillway' ? ', by Spillway' : ''}`];
			return {
				mark: markOf(verdict, 'live', markOf(verdict, 'synced')),
				label,
				lines: [describeRules(live.weights), `${name}${writer}`, ...held],
			};
		}
	}
}

/** A route may send its rules' traffic in several ratios. */
function describeRules(rules: readonly Weights[]): string {
	return [...new Set(rules.map(formatWeights))].join('; ');
}

function describeVerdict(verdict: Verdict): Step {
	const label = 'verdict';
	if (verdict.kind === 'inStep') return { mark: 'agrees', label, lines: [verdict.text] };
	const [first, ...more] = verdict.findings;
	return { mark: verdict.kind, label, lines: [first.text, ...more.map(({ text }) => text)] };
}

function markOf(verdict: Verdict, stage: Stage, otherwise: Mark = 'agrees'): Mark {
	const found = verdict.kind === 'inStep' ? undefined : verdict.findings.find((each) => each.stage === stage);
	if (found === undefined) return otherwise;
	return found.isKnown ? 'differs' : 'unknown';
}
