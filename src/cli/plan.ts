import type { ExitStatus } from '../model/catalogue.ts';
import { describeTarget } from '../model/names.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import { formatProblem } from '../model/problem.ts';
import { renderReason } from '../model/reason.ts';
import type { Milliseconds } from '../model/time.ts';
import type { PassReport } from '../reconcile/pass-report.ts';
import { createLog } from '../report/log.ts';
import { quietRepeats } from '../report/quiet-repeats.ts';
import type { EngineOptions } from './engine.ts';
import { type OnceResult, runOnce } from './once.ts';
import { systemClock } from './system-clock.ts';
import { paint, type Terminal } from './terminal.ts';

export interface PlanOptions
	extends Pick<
		EngineOptions,
		| 'branch'
		| 'kubeconfig'
		| 'gitCredentials'
		| 'gitSecret'
		| 'credentialHelper'
		| 'allowInsecureGit'
		| 'allowInsecureKube'
	> {
	readonly repo: string;
	readonly output: 'text' | 'json';
	readonly timeout: Milliseconds;
}

/**
 * Says what would change right now and why, and changes nothing. Exits with 1 when something would change, with 78
 * when a policy had no answer in time; the others are shown all the same.
 */
export async function plan(options: PlanOptions, terminal: Terminal): Promise<ExitStatus> {
	const log = createLog({ format: 'text', clock: systemClock, write: () => undefined });
	const engine: EngineOptions = {
		...options,
		mode: { repo: options.repo, hub: true },
		writes: false,
		leaderElect: false,
		shards: 1,
		pollInterval: options.timeout,
		environment: terminal.env,
	};
	const onNotice = quietRepeats(systemClock, (notice) => {
		if (notice.kind === 'problem') terminal.err(`${formatProblem(notice.problem)}\n`);
	});
	const result = await runOnce(engine, { log, onNotice }, { ...options, signal: terminal.signal });
	if (options.output === 'json') terminal.out(`${JSON.stringify(describe(result), plain, 2)}\n`);
	else printPlan(result, terminal);
	if (result.unanswered.length > 0) return 78;
	return moves(result) > 0 ? 1 : 0;
}

function moves({ reports }: OnceResult): number {
	return [...reports.values()].filter(({ report }) => report.decision.kind === 'shift').length;
}

/** Weights are Maps, which JSON would show as {}. */
function plain(_key: string, value: unknown): unknown {
	return value instanceof Map ? Object.fromEntries(value) : value;
}

function describe({ reports, unanswered, problems }: OnceResult): object {
	const policies = [...reports.values()].map(({ policy, report: { decision } }) => ({
		policy: policy.key,
		target: policy.target,
		decision: decision.kind,
		...(decision.kind === 'shift'
			? {
					move: decision.move,
					via: policy[decision.move].via,
					from: decision.from,
					to: decision.to,
				}
			: {}),
		reasons: decision.reasons.map((reason) => ({ ...reason, text: renderReason(reason) })),
	}));
	return { policies, unanswered, problems };
}

function printPlan(result: OnceResult, terminal: Terminal): void {
	for (const { policy, report } of result.reports.values()) printPolicy(policy, report, terminal);
	const [total, moving] = [result.reports.size + result.unanswered.length, moves(result)];
	const summary = `${moving} of ${total} ${total === 1 ? 'policy' : 'policies'} would change something`;
	terminal.out(`${paint(terminal, moving === 0 ? 'green' : 'yellow', summary)}\n`);
}

function printPolicy(policy: FailoverPolicy, { decision }: PassReport, terminal: Terminal): void {
	terminal.out(`${paint(terminal, 'bold', policy.key)}  ${describeTarget(policy.target)}\n`);
	if (decision.kind === 'shift') {
		const weights = [...decision.to].map(([name, to]) => `${name} ${decision.from.get(name) ?? 0} → ${to}`);
		terminal.out(
			`  ${paint(terminal, 'yellow', decision.move)} via ${policy[decision.move].via}: ${weights.join(', ')}\n`,
		);
	} else {
		terminal.out(`  ${paint(terminal, 'green', 'hold')}\n`);
	}
	for (const reason of decision.reasons) terminal.out(`  - ${renderReason(reason)}\n`);
}
