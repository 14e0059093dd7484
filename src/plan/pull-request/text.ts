import type { PullRequestText } from '../../model/ports/pull-request-text.ts';
import { writeBody } from './body.ts';
import { readCommands } from './commands.ts';
import { isCommentAbout, isOwnComment, writeComment } from './comments.ts';
import { memberOf, readNote } from './note.ts';
import { writeStatus } from './statuses.ts';
import { writeTitle } from './title.ts';

/** The words of pull requests: GitHub's flavour of Markdown, which all forges read. */
export function createPullRequestText(): PullRequestText {
	return {
		title: writeTitle,
		body: writeBody,
		readNote,
		memberOf,
		comment: writeComment,
		isAbout: isCommentAbout,
		isOurs: isOwnComment,
		status: writeStatus,
		commands: readCommands,
	};
}
