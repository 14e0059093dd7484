// What a pull request's page is to say: title, body and the note in it.

import type { PullRequestChange } from '../../model/change.ts';
import type { PullRequestSettings } from '../../model/policy.ts';
import type { PullRequest } from '../../model/ports/forge.ts';
import type {
	PullRequestFacts,
	PullRequestNote,
	PullRequestText,
	Withdrawn,
} from '../../model/ports/pull-request-text.ts';
import { type Controls, noControls } from '../../model/pull-request.ts';
import { baseOf, type Sight } from './sight.ts';
import type { Step } from './step.ts';
import type { Subject } from './subject.ts';

export interface PageRules {
	readonly text: PullRequestText;
	readonly settings: PullRequestSettings;
	readonly fileUrl?: (path: string, commit: string) => string | undefined;
	/** What it asked for last, for the page of one that asks for nothing any more. */
	readonly lastChanges: readonly PullRequestChange[];
	readonly lastPage: LastPage;
}

/** The page that was composed last: of a thousand splits it takes a tenth of a second. */
export interface LastPage {
	/** All that it was made of. */
	from?: readonly unknown[];
	page?: Page;
}

export interface Page {
	readonly title: string;
	readonly body: string;
}

/** The page of an open pull request, or of one that is to be opened. */
export function composePage(
	sight: Sight,
	rules: PageRules,
	about: { readonly subject?: Subject | undefined; readonly withdrawn?: Withdrawn } = {},
): Page {
	const { lastPage, lastChanges, settings } = rules;
	const { subject, withdrawn } = about;
	const of = [subject?.pull.body, subject?.controls, subject?.note?.reopened, withdrawn?.at, withdrawn?.why];
	const from = [sight.draft, baseOf(sight), [...sight.done].join(' '), settings, lastChanges, ...of];
	const isSame = lastPage.from?.every((each, index) => each === from[index]) === true;
	if (isSame && lastPage.page !== undefined) return lastPage.page;
	lastPage.from = from;
	lastPage.page = writeAnew(sight, rules, about);
	return lastPage.page;
}

function writeAnew(
	sight: Sight,
	{ text, settings, fileUrl, lastChanges }: PageRules,
	{ subject, withdrawn }: { readonly subject?: Subject | undefined; readonly withdrawn?: Withdrawn },
): Page {
	const { group, baseBranch: base } = sight;
	const controls: Controls = subject?.controls ?? noControls;
	const facts: PullRequestFacts = {
		group,
		changes: askedBy(sight, lastChanges),
		base,
		baseCommit: baseOf(sight),
		settings,
		controls,
		state: withdrawn ?? 'open',
		...(fileUrl && { fileUrl }),
	};
	const body = text.body(facts, noteOf(sight, { text, subject, withdrawn }), subject?.pull.body);
	return { title: text.readNote(body)?.title ?? text.title(facts), body };
}

/** The changes that it asks for; those of last time, where it asks for nothing any more. */
export function askedBy(
	{ draft }: Pick<Sight, 'draft'>,
	lastChanges: readonly PullRequestChange[],
): readonly PullRequestChange[] {
	return draft.edited.length > 0 ? draft.edited : lastChanges;
}

function noteOf(
	{ group, draft, done }: Sight,
	{
		text,
		subject,
		withdrawn,
	}: Pick<PageRules, 'text'> & {
		readonly subject: Subject | undefined;
		readonly withdrawn: Withdrawn | undefined;
	},
): Omit<PullRequestNote, 'digest' | 'title'> {
	const before = subject?.note;
	const asks = draft.edited.map(({ policy, shift }) => text.memberOf(policy, shift.episode.id));
	return {
		group,
		...(withdrawn && { withdrawnAt: withdrawn.at }),
		members: asks.length > 0 ? asks : (before?.members ?? []),
		...(asks.length === 0 && before?.allMembers && { allMembers: true as const }),
		done: [...done].filter((each) => !each.startsWith('tried:')).sort(),
		reopened: before?.reopened ?? 0,
	};
}

/** Brings the page up to date, where it differs in more than what people wrote. */
export function writePage(page: Page, { pull, note }: Subject, text: PullRequestText): Step | undefined {
	const wanted = text.readNote(page.body);
	const isPersons = note !== undefined && pull.title !== note.title;
	const title = isPersons || pull.title === page.title ? undefined : page.title;
	const isSame = isSameNote(wanted, note) && !hasTickedBoxes(pull, text);
	if (isSame && title === undefined) return undefined;
	return { kind: 'write', pull, body: page.body, ...(title !== undefined && { title }) };
}

/** They are drawn empty again once what they ask for is written down. */
export function hasTickedBoxes({ body }: PullRequest, text: PullRequestText): boolean {
	return text.commands(body).length > 0;
}

/** The same text, and the same to remember. */
function isSameNote(wanted: PullRequestNote | undefined, note: PullRequestNote | undefined): boolean {
	if (wanted === undefined || note === undefined) return false;
	const [a, b] = [wanted, note].map(({ digest, withdrawnAt, members, allMembers, done, reopened }) =>
		JSON.stringify([digest, withdrawnAt, members, allMembers, done, reopened]),
	);
	return a === b;
}
