// What Spillway remembers in a body, out of people's sight: base64 of JSON, so that nothing in it is Markdown.
import type { Move } from '../../model/move.ts';
import type { PolicyKey } from '../../model/names.ts';
import type { NoteMember, PullRequestNote } from '../../model/ports/pull-request-text.ts';
import { fingerprint, fingerprintLength } from './fingerprint.ts';
import { findOurPart, formatNoteMark, readNoteMarks } from './marks.ts';

/** Steps that are kept at most; of more, the first are done again, which does no harm. */
const keptSteps = 200;
const stepLength = 120;

/** A member's fingerprints. */
export function memberOf(policy: PolicyKey, episode: string): NoteMember {
	return { policy: fingerprint(policy), episode: fingerprint(`${policy}\n${episode}`) };
}

/** The note as a hidden comment of at most about `room` bytes: where its members do not fit, it says so. */
export function formatNote(note: PullRequestNote, room: number): string {
	// Members are the most of it, and take four bytes of base64 for three of their own.
	const least = (note.members.length * 2 * fingerprintLength * 4) / 3;
	const written = least > room ? undefined : write(note);
	if (written !== undefined && written.length <= room) return written;
	const crowded = write({ ...note, members: [], allMembers: true });
	return crowded.length <= room ? crowded : write({ ...note, members: [], allMembers: true, done: [] });
}

function write({ members, done, group, ...rest }: PullRequestNote): string {
	const packed = members.map(({ policy, episode }) => policy + episode).join('');
	const steps = done.slice(-keptSteps).filter((step) => step.length <= stepLength);
	const text = JSON.stringify({
		version: 1,
		move: group.move,
		group: group.name,
		...rest,
		members: packed,
		done: steps,
	});
	// btoa takes bytes: what is no ASCII is escaped, as JSON allows.
	return formatNoteMark(
		btoa(text.replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)),
	);
}

/** The note of a body; of several, the one in our part. `undefined` where there is none, or somebody broke it. */
export function readNote(body: string): PullRequestNote | undefined {
	const ours = findOurPart(body);
	const [within, anywhere] = [
		readNoteMarks(ours ? body.slice(ours.start, ours.end) : ''),
		readNoteMarks(body),
	];
	const [content, ...others] = within.length === 1 ? within : anywhere;
	return content === undefined || others.length > 0 ? undefined : readContent(content);
}

function readContent(content: string): PullRequestNote | undefined {
	try {
		return readFields(JSON.parse(atob(content)));
	} catch {
		// Somebody broke it, whichever way.
		return undefined;
	}
}

function readFields(value: unknown): PullRequestNote | undefined {
	const fields = (typeof value === 'object' && value !== null ? value : {}) as Readonly<
		Record<string, unknown>
	>;
	const { version, move, group, title, digest, members, done, reopened, withdrawnAt, allMembers } = fields;
	if (version !== 1 || !isMove(move) || !isCount(reopened)) return undefined;
	if (!isText(group) || !isText(title) || !isText(digest) || !isText(members) || !isTexts(done))
		return undefined;
	if (withdrawnAt !== undefined && typeof withdrawnAt !== 'number') return undefined;
	return {
		group: { move, name: group },
		...(withdrawnAt === undefined ? {} : { withdrawnAt }),
		title,
		digest,
		members: unpack(members),
		...(allMembers === true ? { allMembers } : {}),
		done,
		reopened,
	};
}

function unpack(packed: string): readonly NoteMember[] {
	const size = 2 * fingerprintLength;
	return Array.from({ length: Math.floor(packed.length / size) }, (_, index) => {
		const policy = packed.slice(index * size, index * size + fingerprintLength);
		return { policy, episode: packed.slice(index * size + fingerprintLength, (index + 1) * size) };
	});
}

function isMove(value: unknown): value is Move {
	return value === 'failover' || value === 'failback';
}

function isCount(value: unknown): value is number {
	return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isText(value: unknown): value is string {
	return typeof value === 'string';
}

function isTexts(value: unknown): value is readonly string[] {
	return Array.isArray(value) && value.every(isText);
}
