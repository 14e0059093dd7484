import { noControls } from '../../model/pull-request.ts';
import type { Milliseconds } from '../../model/time.ts';
import { keepOpen } from './keep-open.ts';
import { composePage } from './page.ts';
import { openPulls, type Sight } from './sight.ts';
import type { Settled, Step } from './step.ts';
import type { StepRules } from './step-rules.ts';
import type { Subject } from './subject.ts';
import { isTakenOver, leaveToPeople } from './take-over.ts';
import { withdraw } from './withdraw.ts';

/** How often a veto that nobody tells of is looked at. */
const vetoPoll: Milliseconds = 300_000;

/** How soon the policies of one that was opened again must have asked. */
const reopenPoll: Milliseconds = 30_000;

export function nextStep(sight: Sight, rules: StepRules): Step {
	const { draft, subject, head, now } = sight;
	const duplicate = closeDuplicate(sight, rules);
	if (duplicate !== undefined) return duplicate;
	const open = subject?.pull.state === 'open' ? subject : undefined;
	if (open !== undefined && isTakenOver(sight, open)) return leaveToPeople(sight, open, rules);
	const obedience = obeyVeto(subject, rules);
	if (obedience !== undefined) return obedience;
	if (draft.edited.length === 0) {
		if (open === undefined) return clearAway(sight);
		// Opened again by a person: those that were vetoed are about to ask for it once more.
		return sight.isVetoed ? { kind: 'settled', lookAt: now + reopenPoll } : withdraw(sight, open, rules);
	}
	if (head !== undefined && !head.isOurs && !mayWriteOver(sight, subject))
		return { kind: 'settled', obstacle: 'foreignBranch', lookAt: now + vetoPoll };
	return keepOpen(sight, open, rules);
}

/** Nothing is wanted and nothing is open: the branch goes, unless somebody may still want to open its pull request again. */
function clearAway({ head, vetoed, isVetoed, isComplete, now }: Sight): Step {
	const mayReturn = vetoed.length > 0 || isVetoed;
	const waits: Settled = { kind: 'settled', ...(mayReturn && { lookAt: now + vetoPoll }) };
	if (!isComplete || mayReturn || head === undefined || !head.isOurs) return waits;
	return { kind: 'deleteBranch', expected: head.commit };
}

/** A merged pull request's branch that got another commit since is a person's. */
function mayWriteOver({ head }: Sight, subject: Subject | undefined): boolean {
	const { retriedAt } = subject?.controls ?? {};
	return head !== undefined && retriedAt !== undefined && retriedAt > head.at;
}

/** Its note says that Spillway closed it, lest it be taken for a veto. */
function closeDuplicate(sight: Sight, rules: StepRules): Step | undefined {
	const { text } = rules;
	const [kept, extra] = openPulls(sight.pulls);
	if (kept === undefined || extra === undefined) return undefined;
	const note = text.readNote(extra.body);
	if (note !== undefined && note.withdrawnAt === undefined) {
		const subject = { pull: extra, note, comments: [], commands: [], controls: noControls };
		const withdrawn = { at: sight.now, why: `#${kept.number} asks for the same` };
		return { kind: 'write', pull: extra, body: composePage(sight, rules, { subject, withdrawn }).body };
	}
	return { kind: 'close', pull: extra, topic: { kind: 'duplicate', of: kept.number } };
}

/** Words follow once it is closed: what is open below them, somebody opened again. */
function obeyVeto(subject: Subject | undefined, { text }: StepRules): Step | undefined {
	if (subject?.controls.veto === undefined) return undefined;
	const { pull, note, comments, commands, controls } = subject;
	if (pull.state === 'open') return { kind: 'close', pull, event: 'Vetoed' };
	const topic = { kind: 'vetoed', round: note?.reopened ?? 0 } as const;
	const vetoes = commands.filter(({ command }) => command.kind === 'veto');
	const isLabel = !vetoes.some(({ by }) => by === controls.veto?.by);
	const isSaid = isLabel
		? comments.some(({ body }) => text.isAbout(body, topic))
		: vetoes.every(({ isDone }) => isDone);
	return isSaid ? undefined : { kind: 'say', pull, topic };
}
