// What people can tell Spillway in a pull request's body, and what they told it.
import type { PullRequestFacts } from '../../model/ports/pull-request-text.ts';
import { describeUntil } from './ladder.ts';
import { type Box, formatBox } from './marks.ts';
import { sanitizeSentence } from './sanitize.ts';
import type { TrafficMove } from './traffic-moves.ts';

/** Logins are shorter. */
const loginLength = 80;

/** The holds and vetoes in force: lines that nobody should miss. */
export function writeNotices({ controls }: PullRequestFacts): readonly string[] {
	const { hold, veto } = controls;
	const by = (login: string): string => sanitizeSentence(login, loginLength);
	return [
		...(veto === undefined
			? []
			: [`**Vetoed** by ${by(veto.by)}: nothing moves. \`/spillway retry\` lifts the veto.`]),
		...(hold === undefined
			? []
			: [`**On hold** by ${by(hold.by)}, ${describeUntil(hold.until)}: nothing happens by itself.`]),
	];
}

/** Boxes to tick, and the commands for those who rather write. */
export function writeControls(facts: PullRequestFacts, moves: readonly TrafficMove[]): string {
	const offered = offerBoxes(facts, moves).map((box) => formatBox(box, boxTexts[box]));
	return [
		'**Tell Spillway** by ticking a box, if you may write to this repository:',
		offered.join('\n'),
		'Or comment `/spillway hold 1h`, `/spillway resume`, `/spillway retry`, `/spillway veto` or `/spillway escalate`.',
	].join('\n\n');
}

const boxTexts: Readonly<Record<Box, string>> = {
	hold: 'hold for 1h: nothing happens by itself until then',
	resume: 'resume: the hold is over',
	escalate: 'escalate: the next step by itself is due now',
	retry: 'retry: lift a veto, and write over what was pushed here',
	veto: 'veto: this traffic stays where it is, as closing does',
};

/** Those that would change something. */
function offerBoxes({ controls }: PullRequestFacts, moves: readonly TrafficMove[]): readonly Box[] {
	const acts = moves.some(({ change }) => change.autoMerge || change.rungs.length > 0);
	const climbs = moves.some(({ change }) => change.rungs.length > controls.hastened);
	return [
		...(acts && controls.hold === undefined ? (['hold'] as const) : []),
		...(controls.hold === undefined ? [] : (['resume'] as const)),
		...(climbs ? (['escalate'] as const) : []),
		'retry',
		...(controls.veto === undefined ? (['veto'] as const) : []),
	];
}
