// A body as a whole: what people wrote, our part between its marks, and the note.
import type { PullRequestFacts, PullRequestNote } from '../../model/ports/pull-request-text.ts';
import { fingerprint } from './fingerprint.ts';
import { countBytes, readKeptText } from './kept-text.ts';
import { writeLinks } from './links.ts';
import { beginMark, endMark } from './marks.ts';
import { formatNote, readNote } from './note.ts';
import { writeOurPart } from './our-part.ts';
import { writeTitleOf } from './title.ts';
import { readMoves, type TrafficMove } from './traffic-moves.ts';

/** GitHub takes 65,536 characters; some room is left for what people add. */
export const maxBodyBytes: number = 60 * 1024;

/** What our part needs when all its lists are only counted. */
const leastBytes = 10 * 1024;

/** The note may take this much: the fingerprints of more than 1,000 policies. */
const noteBytes = 24 * 1024;

/** How many entries a list has: as many as there is room for. */
const limits = [200, 100, 50, 25, 12, 6, 3, 1, 0];

/** At most 60 KiB, whatever the facts and the existing body hold. */
export function writeBody(
	facts: PullRequestFacts,
	note: Omit<PullRequestNote, 'digest' | 'title'>,
	existing: string = '',
): string {
	const moves = readMoves(facts.changes);
	const { above, below } = readKeptText(existing);
	const room = maxBodyBytes - countBytes(above) - countBytes(below) - frameBytes;
	const noteRoom = Math.min(noteBytes, room - leastBytes);
	const title = moves.length === 0 ? readNote(existing)?.title : undefined;
	const titled = { ...note, title: title ?? writeTitleOf(facts.group, moves) };
	// The digest has a length that does not depend on the text.
	const reserved = countBytes(formatNote({ ...titled, digest: fingerprint('') }, noteRoom));
	const { text, digest } = fitOurPart(facts, moves, room - reserved);
	const hidden = formatNote({ ...titled, digest }, noteRoom);
	const ours = [beginMark, text, hidden, endMark].join('\n\n');
	return [above, ours, below].filter((part) => part !== '').join('\n\n');
}

/** The marks, and the blank lines between all parts. */
const frameBytes = countBytes(beginMark) + countBytes(endMark) + 10;

function fitOurPart(
	facts: PullRequestFacts,
	moves: readonly TrafficMove[],
	room: number,
): { readonly text: string; readonly digest: string } {
	for (const limit of limits) {
		const text = writeOurPart(facts, moves, limit);
		const links = writeLinks(facts, moves, limit);
		const whole = links === '' ? text : `${text}\n\n${links}`;
		if (countBytes(whole) > room) continue;
		return { text: whole, digest: fingerprint(text + writeLinks(withoutCommits(facts), moves, limit)) };
	}
	const text = `**${writeTitleOf(facts.group, moves)}**\n\nThe names in it are too long to be shown here: see the diff.`;
	return { text, digest: fingerprint(text) };
}

/** Links that name a commit change with every commit, which is nothing to tell people. */
function withoutCommits(facts: PullRequestFacts): PullRequestFacts {
	const { fileUrl } = facts;
	return fileUrl === undefined ? facts : { ...facts, fileUrl: (path) => fileUrl(path, anyCommit) };
}

const anyCommit = '0'.repeat(40);
