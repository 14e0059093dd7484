import type { ForgeComment, Login, PullRequest } from '../../model/ports/forge.ts';
import {
	asFields,
	type Fields,
	findFields,
	findText,
	findTime,
	readList,
	readNumber,
	readText,
	readTime,
} from '../http/fields.ts';
import { showLines } from './hidden-lines.ts';

/** A pull request with what only Bitbucket has. */
export interface BitbucketPull {
	/** Without its commits. */
	readonly pull: PullRequest;
	/** As Bitbucket tells them: the first twelve digits. */
	readonly headHash: string | undefined;
	readonly mergeHash: string | undefined;
	/** Accounts that are asked for a review, as Bitbucket names them: `{uuid}`. */
	readonly reviewers: readonly string[];
	/** Who closed it. */
	readonly closedBy: Login | undefined;
	/** Ways of merging into its base, where Bitbucket tells. */
	readonly strategies: readonly string[];
	readonly strategy: string | undefined;
}

export function readPull(value: unknown): BitbucketPull {
	const fields = asFields(value, 'pull request');
	const [source, destination] = [
		asFields(fields['source'], 'source'),
		asFields(fields['destination'], 'destination'),
	];
	const base = asFields(destination['branch'], 'branch');
	const closer = findFields(fields['closed_by']);
	const closedBy = closer === undefined ? undefined : readLogin(closer);
	return {
		pull: { ...describe(fields), ...readPlace(source, destination), ...readEnd(fields, closedBy) },
		headHash: findText(findFields(source['commit']), 'hash'),
		mergeHash: findText(findFields(fields['merge_commit']), 'hash'),
		reviewers: readList(fields, 'reviewers').map((each) => readText(asFields(each, 'reviewer'), 'uuid')),
		closedBy,
		strategies: readList(base, 'merge_strategies').filter((each) => typeof each === 'string'),
		strategy: findText(base, 'default_merge_strategy'),
	};
}

type Description = Omit<PullRequest, 'head' | 'base' | 'isForeign' | 'state'>;

function describe(fields: Fields): Description {
	const page = findFields(findFields(fields['links'])?.['html']);
	return {
		number: readNumber(fields, 'id'),
		url: findText(page, 'href') ?? '',
		title: readText(fields, 'title'),
		body: showLines(findText(findFields(fields['summary']), 'raw') ?? findText(fields, 'description') ?? ''),
		isDraft: fields['draft'] === true,
		author: readLogin(findFields(fields['author'])),
		labels: [],
		createdAt: readTime(fields, 'created_on'),
		updatedAt: readTime(fields, 'updated_on'),
		// Bitbucket tells whether it fits only once a merge is tried.
		mergeable: 'unknown',
		autoMerge: false,
	};
}

/** The source of one from a fork that is gone names no repository any more. */
function readPlace(source: Fields, destination: Fields): Pick<PullRequest, 'head' | 'base' | 'isForeign'> {
	const [from, to] = [source, destination].map((end) => findText(findFields(end['repository']), 'full_name'));
	return {
		head: readText(asFields(source['branch'], 'branch'), 'name'),
		base: readText(asFields(destination['branch'], 'branch'), 'name'),
		isForeign: from === undefined || from !== to,
	};
}

type End = Pick<PullRequest, 'state' | 'closedAt' | 'mergedAt' | 'mergedBy'>;

/** When it ended is told by none but the last change. */
function readEnd(fields: Fields, closedBy: Login | undefined): End {
	const state = readText(fields, 'state');
	if (state === 'OPEN') return { state: 'open' };
	const at = findTime(fields, 'closed_on') ?? readTime(fields, 'updated_on');
	if (state !== 'MERGED') return { state: 'closed', closedAt: at };
	return {
		state: 'merged',
		closedAt: at,
		mergedAt: at,
		...(closedBy === undefined ? {} : { mergedBy: closedBy }),
	};
}

/** An account's uuid without its braces: names at Bitbucket are neither lasting nor anybody's alone. */
export function readLogin(account: Fields | undefined): Login {
	return findText(account, 'uuid')?.replace(/^\{(.*)\}$/, '$1') ?? 'ghost';
}

/** `undefined` for what is deleted, not sent off yet, or on a line. */
export function readComment(value: unknown): ForgeComment | undefined {
	const comment = asFields(value, 'comment');
	const isHidden = comment['deleted'] === true || comment['pending'] === true;
	if (isHidden || findFields(comment['inline']) !== undefined) return undefined;
	return {
		id: String(readNumber(comment, 'id')),
		author: readLogin(findFields(comment['user'])),
		body: showLines(findText(findFields(comment['content']), 'raw') ?? ''),
		createdAt: readTime(comment, 'created_on'),
	};
}
