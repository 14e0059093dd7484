// Steps that change what a pull request's page says, and who is asked there.
import { boxMark, finishVetoes } from './controls.ts';
import { type Sight, withPull } from './sight.ts';
import type { AskStep, BoxStep, CancelStep, LabelStep, SayStep, WriteStep } from './step.ts';
import type { After, StepTaker } from './step-taker.ts';

export async function write(
	{ forge, text, tell }: StepTaker,
	sight: Sight,
	{ pull: { number, state }, title, body, event }: WriteStep,
	signal: AbortSignal,
): After {
	const written = await forge.update(number, { body, ...(title !== undefined && { title }) }, signal);
	// Somebody closed or merged it meanwhile, which may speak against it.
	if (written.state !== state) return undefined;
	if (event !== undefined) tell(event, written);
	const note = text.readNote(body);
	return withPull(sight, { ...written, body }, { ...(note && { note }) });
}

export async function say(
	{ forge, text, tell }: StepTaker,
	sight: Sight,
	{ pull, topic, event }: SayStep,
	signal: AbortSignal,
): After {
	const comment = await forge.comment(pull.number, text.comment(topic), signal);
	if (event !== undefined) tell(event, pull, 'text' in topic ? topic.text : undefined);
	const { comments = [], commands = [] } = sight.subject ?? {};
	const said = topic.kind === 'vetoed' ? finishVetoes(commands) : commands;
	return withPull(sight, pull, { comments: [...comments, comment], commands: said });
}

export async function noteBox({ forge }: StepTaker, { pull, command }: BoxStep, signal: AbortSignal): After {
	await forge.comment(pull.number, `${boxMark}\n${command}`, signal);
	return undefined;
}

export async function label(
	{ forge }: StepTaker,
	sight: Sight,
	{ pull, labels }: LabelStep,
	signal: AbortSignal,
): After {
	await forge.addLabels(pull.number, labels, signal);
	return { ...sight, done: new Set([...sight.done, 'labels']) };
}

export async function ask(
	{ forge }: StepTaker,
	sight: Sight,
	{ pull, reviewers, done }: AskStep,
	signal: AbortSignal,
): After {
	await forge.requestReviewers(pull.number, reviewers, signal);
	return { ...sight, done: new Set([...sight.done, done]) };
}

export async function cancelAutoMerge(
	{ forge }: StepTaker,
	sight: Sight,
	{ pull }: CancelStep,
	signal: AbortSignal,
): After {
	await forge.disableAutoMerge(pull.number, signal);
	return withPull(sight, { ...pull, autoMerge: false }, {});
}
