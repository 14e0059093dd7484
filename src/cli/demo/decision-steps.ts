// What Spillway makes of the failure, and of the recovery.
import { calmHold } from '../../deliver/calm-window.ts';
import { formatDuration, type Instant } from '../../model/time.ts';
import { hasMessage, type LogLine } from './spillway-process.ts';
import { type Stage, withDeadline } from './stage.ts';

export async function awaitRecovery({ timeline, spillway, lifetime }: Stage, since: Instant): Promise<void> {
	const isWait = (reason: string): boolean => reason.includes('failback.after');
	const waits = ({ message, reasons }: LogLine): boolean => message === 'holding' && reasons.some(isWait);
	const { value } = await timeline.step(
		'emoji is ready again, but Spillway does not trust it yet',
		() => spillway.lines.find(since, waits, withDeadline(lifetime)),
		since,
	);
	timeline.quote('Spillway', value.reasons.filter(isWait));
}

/** Tells why as well. Spillway says when it was once it has acted on it. */
export async function awaitActedDecision(
	{ timeline, spillway, lifetime }: Stage,
	since: Instant,
): Promise<Instant> {
	const hasActed = ({ message }: LogLine): boolean => message === 'delivered' || message === 'converged';
	const signal = withDeadline(lifetime);
	const decided = await timeline.step(
		'Spillway has decided',
		async () => {
			const { value, at } = await spillway.lines.find(since, hasActed, signal);
			return { value, at: at - (value.ms ?? 0) };
		},
		since,
	);
	const { value } = await spillway.lines.find(since, hasMessage('decided'), signal);
	timeline.quote('Spillway', value.reasons);
	return decided.at;
}

/** Of a decision that Spillway acts on much later. */
export async function awaitDecision(
	{ timeline, spillway, lifetime }: Stage,
	since: Instant,
): Promise<Instant> {
	const { value, at } = await timeline.step(
		'Spillway has decided',
		() => spillway.lines.find(since, hasMessage('decided'), withDeadline(lifetime)),
		since,
	);
	timeline.quote('Spillway', value.reasons);
	return at;
}

/** Of a failback that others may join. */
export async function awaitCalmDecision(
	stage: Stage,
	since: Instant,
	what: 'commit' | 'pull request',
): Promise<Instant> {
	const at = await awaitDecision(stage, since);
	// A pull request goes along with the next look at the forge, if that comes first.
	const hold = what === 'commit' ? formatDuration(calmHold) : `up to ${formatDuration(calmHold)}`;
	stage.timeline.note(`a failback has time: its ${what} waits ${hold} for others to join`, 'dim');
	return at;
}
