// What people ask for in comments, by labels and by ticked boxes, folded in the order it was said. Nothing of it is kept
// anywhere else: a process that starts anew reads the same.
import type { ForgeComment, Login, Permission, PullRequest } from '../../model/ports/forge.ts';
import type { Command, PullRequestText } from '../../model/ports/pull-request-text.ts';
import { type Controls, dueRungs, noControls, type Rung } from '../../model/pull-request.ts';
import type { Instant } from '../../model/time.ts';

/** A command of somebody who may write, and the comment it stands in. */
export interface GivenCommand {
	/** Of the comment, and which of its commands. */
	readonly id: string;
	readonly by: Login;
	readonly at: Instant;
	readonly command: Command;
	/** Of a veto: what it asked for was done, and said below it. */
	readonly isDone?: true;
}

export interface ControlSource {
	readonly text: PullRequestText;
	readonly self: Login;
	/** Whether somebody may write to the repository. */
	readonly mayWrite: (login: Login) => Promise<boolean>;
	/** How often the pull request was opened again. */
	readonly round: number;
}

/** Labels that mean as much as a command, for as long as they are there. */
export const holdLabel = 'spillway/hold';
export const vetoLabel = 'spillway/veto';

/** The commands in comments, the oldest first. Those of people who may only read are passed over. */
export async function readCommands(
	{ text, self, mayWrite, round }: ControlSource,
	comments: readonly ForgeComment[],
): Promise<readonly GivenCommand[]> {
	let given: readonly GivenCommand[] = [];
	for (const { id, author, body, createdAt: at } of comments) {
		// People may have lent Spillway their own account: what it did not write there, they did.
		const isOwn = author === self && text.isOurs(body);
		if (isOwn && !isBoxComment(body)) {
			if (isVetoAnswer(text, body, round)) given = finishVetoes(given);
			continue;
		}
		const commands = text.commands(body);
		if (commands.length === 0 || !(isOwn || (await mayWrite(author)))) continue;
		given = [
			...given,
			...commands.map((command, index) => ({ id: `${id}.${index}`, by: author, at, command })),
		];
	}
	return given;
}

function isVetoAnswer(text: PullRequestText, body: string, round: number): boolean {
	const rounds = Array.from({ length: round + 1 }, (_, each) => each);
	return rounds.some((each) => text.isAbout(body, { kind: 'vetoed', round: each }));
}

/** What is seen of commands once it was said that what they veto is closed. */
export function finishVetoes(commands: readonly GivenCommand[]): readonly GivenCommand[] {
	return commands.map((given) => (given.command.kind === 'veto' ? { ...given, isDone: true } : given));
}

/** A ticked box is written down as a comment of ours, since the box itself is drawn empty again. */
export const boxMark = '<!-- spillway:box -->';

function isBoxComment(body: string): boolean {
	return body.includes(boxMark);
}

/** What the commands and labels come to. A veto that was done counts no more once somebody opened it again. */
export function foldControls(
	commands: readonly GivenCommand[],
	{ labels, state }: Pick<PullRequest, 'labels' | 'state'>,
	rungs: readonly Rung[],
): Controls {
	let controls: Controls = noControls;
	const standing = commands.filter(({ isDone }) => isDone === undefined || state !== 'open');
	for (const { by, at, command } of standing) controls = obey(controls, { by, at, command }, rungs);
	if (labels.includes(holdLabel)) {
		controls = { ...controls, hold: { until: Number.MAX_SAFE_INTEGER, by: `the label ${holdLabel}` } };
	}
	return labels.includes(vetoLabel) ? { ...controls, veto: { by: `the label ${vetoLabel}` } } : controls;
}

function obey(
	controls: Controls,
	{ by, at, command }: Pick<GivenCommand, 'by' | 'at' | 'command'>,
	rungs: readonly Rung[],
): Controls {
	const { hold: _, veto: __, ...rest } = controls;
	switch (command.kind) {
		case 'hold':
			return { ...controls, hold: { until: at + command.span, by } };
		case 'resume':
			return { ...rest, ...(controls.veto && { veto: controls.veto }) };
		case 'retry':
			return { ...rest, ...(controls.hold && { hold: controls.hold }), retriedAt: at };
		case 'veto':
			return { ...controls, veto: { by } };
		case 'escalate':
			return { ...rest, hastened: Math.min(rungs.length, dueRungs(rungs, rest, at).length + 1) };
		case 'unknown':
			return controls;
	}
}

/** Whether somebody may write, remembered for as long as the process looks at one pull request. */
export function createWriters(
	permission: (login: Login) => Promise<Permission>,
): (login: Login) => Promise<boolean> {
	const known = new Map<Login, Promise<Permission>>();
	return async (login) => {
		const asked = known.get(login) ?? permission(login);
		known.set(login, asked);
		const granted = await asked;
		return granted === 'write' || granted === 'admin';
	};
}
