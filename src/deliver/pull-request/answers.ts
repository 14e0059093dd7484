// Every command of a person is answered once, in words.

import type { Command, CommentTopic } from '../../model/ports/pull-request-text.ts';
import { formatDuration, type Instant } from '../../model/time.ts';
import type { GivenCommand } from './controls.ts';
import { hasTickedBoxes } from './page.ts';
import type { Step } from './step.ts';
import type { StepRules } from './step-rules.ts';
import type { Subject } from './subject.ts';

/** Answers the oldest command that has none yet. */
export function answerCommand({ pull, commands, comments }: Subject, { text }: StepRules): Step | undefined {
	for (const given of commands) {
		if (given.isDone) continue;
		const topic = topicOf(given);
		if (!comments.some(({ body }) => text.isAbout(body, topic))) {
			return { kind: 'say', pull, topic, event: 'Commanded' };
		}
	}
	return undefined;
}

/** A ticked box becomes a comment with the same command, before the box is drawn empty again. */
export function noteBox({ pull, comments }: Subject, { text }: StepRules): Step | undefined {
	if (!hasTickedBoxes(pull, text)) return undefined;
	for (const command of text.commands(pull.body)) {
		const written = writeCommand(command);
		const isNoted = comments.some(
			({ body, createdAt }) => body.includes(written) && createdAt >= pull.updatedAt,
		);
		if (!isNoted) return { kind: 'noteBox', pull, command: written };
	}
	return undefined;
}

function writeCommand(command: Command): string {
	const span = command.kind === 'hold' ? ` ${formatDuration(command.span)}` : '';
	return command.kind === 'unknown' ? command.text : `/spillway ${command.kind}${span}`;
}

function topicOf({ id, at, command }: GivenCommand): CommentTopic {
	if (command.kind === 'unknown') return { kind: 'unknownCommand', id, text: command.text };
	return { kind: 'command', id, text: answerTo(command, at) };
}

function answerTo(command: Command, at: Instant): string {
	switch (command.kind) {
		case 'hold':
			return `Held until ${new Date(at + command.span).toISOString()}: nothing happens by itself before.`;
		case 'resume':
			return 'Resumed: the timers count again.';
		case 'retry':
			return 'Tried again: the branch is made anew where that is needed.';
		case 'veto':
			return 'Vetoed for this episode.';
		case 'escalate':
			return 'The next step is taken now.';
		case 'unknown':
			return '';
	}
}
