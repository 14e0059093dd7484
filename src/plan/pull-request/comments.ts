// Comments: short, and each with a hidden mark, so that it is written once whatever crashes.
import type { Login } from '../../model/ports/forge.ts';
import type { CommentTopic } from '../../model/ports/pull-request-text.ts';
import { fingerprint } from './fingerprint.ts';
import { beginsWithMark, formatTopicMark } from './marks.ts';
import { sanitizeName, sanitizeSentence } from './sanitize.ts';
import { endSentence, list } from './wording.ts';

/** A comment's text may be a few sentences. */
const textLength = 2_000;

export function writeComment(topic: CommentTopic): string {
	return `${markOf(topic)}\n\n${tell(topic)}`;
}

/** Whether a comment has the mark that a comment on this topic would have. */
export function isCommentAbout(body: string, topic: CommentTopic): boolean {
	return body.trimStart().startsWith(markOf(topic));
}

/** Whether a comment begins with a mark of ours: a quoted one does not. */
export function isOwnComment(body: string): boolean {
	return beginsWithMark(body);
}

function markOf(topic: CommentTopic): string {
	const key = keyOf(topic);
	return formatTopicMark(
		topic.kind,
		/^[\w.-]{1,64}$/.test(key) && !key.includes('--') ? key : fingerprint(key),
	);
}

function keyOf(topic: CommentTopic): string {
	switch (topic.kind) {
		case 'duplicate':
			return String(topic.of);
		case 'command':
		case 'unknownCommand':
			return topic.id;
		case 'takenOver':
			return `${topic.why}.${topic.round ?? 0}`;
		case 'rung':
			return `${topic.step}.${topic.round ?? 0}`;
		case 'withdrawn':
		case 'vetoed':
		case 'mergedLate':
			return String(topic.round ?? 0);
	}
}

function tell(topic: CommentTopic): string {
	const say = (text: string): string => endSentence(sanitizeSentence(text, textLength));
	switch (topic.kind) {
		case 'withdrawn':
			return `**Not needed any more.** ${say(topic.why)}\n\nSpillway closes this pull request and deletes its branch.`;
		case 'takenOver':
			return `**Hands off.** ${takenOver[topic.why]}, so Spillway neither updates nor merges it from now on. To hand it back, comment \`/spillway retry\`: what was changed here is then written over.`;
		case 'vetoed':
			return '**Vetoed.** Spillway moves nothing in this episode, whatever the timers say. To lift the veto, open this again or comment `/spillway retry`.';
		case 'duplicate':
			return `**Duplicate.** Pull request ${topic.of} asks for the same, so Spillway closes this one.`;
		case 'rung':
			return [greet(topic.mentions), say(topic.text)].filter(Boolean).join(' ');
		case 'mergedLate':
			return `**Merged late.** It was not needed any more when it was merged. ${say(topic.answer)}`;
		case 'command':
			return say(topic.text);
		case 'unknownCommand':
			return `${topic.text === '' ? 'Which command?' : `There is no ${sanitizeName(`/spillway ${topic.text}`)}.`} There are \`/spillway hold 1h\` (\`1m\` to \`24h\`), \`/spillway resume\`, \`/spillway retry\`, \`/spillway veto\` and \`/spillway escalate\`.`;
	}
}

const takenOver = {
	push: 'Somebody else pushed to this branch',
	base: 'Somebody changed what this is to be merged into',
} as const;

/** The one place where people are named so that the forge tells them: those that spillway.yaml lists. */
function greet(mentions: readonly Login[]): string {
	const names = mentions.map((login) => {
		const name = login.replace(/^team:/, '').replace(/^@/, '');
		return isLogin(name) ? `@${name}` : sanitizeName(login);
	});
	return names.length === 0 ? '' : `${list(names)}:`;
}

/** A name, or an organisation and its team. */
function isLogin(name: string): boolean {
	return /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_])?(?:\/[A-Za-z0-9][A-Za-z0-9._-]{0,99})*$/.test(
		name,
	);
}
