import type { ExitStatus } from '../model/catalogue.ts';
import { findTimingFault, type LeaseTimings } from '../model/lease.ts';
import type { Milliseconds } from '../model/time.ts';
import { createLog, type LogFormat } from '../report/log.ts';
import { logNotices } from '../report/notice-log.ts';
import { quietRepeats } from '../report/quiet-repeats.ts';
import { type EngineOptions, runEngine } from './engine.ts';
import { usageError } from './exit.ts';
import type { LoopListeners } from './loop.ts';
import { runOnce } from './once.ts';
import { type ModeOptions, readRunMode } from './run-mode.ts';
import { systemClock } from './system-clock.ts';
import type { Terminal } from './terminal.ts';

export interface RunOptions extends Omit<EngineOptions, 'mode' | 'environment' | 'timings'>, ModeOptions {
	readonly shards: number;
	readonly ledger?: string | undefined;
	readonly context?: string | undefined;
	readonly leaseDuration: Milliseconds;
	readonly renewDeadline: Milliseconds;
	readonly retryPeriod: Milliseconds;
	readonly once: boolean;
	readonly timeout: Milliseconds;
	readonly logFormat: LogFormat;
}

/** Reconciles until told to stop; with `once`, until every policy had its pass. */
export async function run(options: RunOptions, terminal: Terminal): Promise<ExitStatus> {
	const mode = readRunMode(options);
	const timings = readTimings(options);
	const log = createLog({ format: options.logFormat, clock: systemClock, write: terminal.out });
	const listeners: LoopListeners = { log, onNotice: quietRepeats(systemClock, logNotices(log)) };
	const { repo, home, hub } = mode;
	log.info('starting', {
		...(repo === undefined ? {} : { repo, branch: options.branch }),
		...(home === undefined ? {} : { cluster: home }),
		...(hub ? { hub } : {}),
		writes: options.writes,
	});
	const engine = { ...options, mode, timings, environment: terminal.env };
	if (!options.once) {
		await runEngine(engine, listeners, terminal.signal);
		log.info('stopped');
		return 0;
	}
	const { reports, unanswered } = await runOnce(engine, listeners, {
		timeout: options.timeout,
		signal: terminal.signal,
	});
	if (unanswered.length > 0) return 78;
	const ends = [...reports.values()].map(({ report }) => report.end.kind);
	return ends.some((end) => end === 'failed' || end === 'stuck') ? 1 : 0;
}

function readTimings({ leaseDuration, renewDeadline, retryPeriod }: RunOptions): LeaseTimings {
	const timings = { leaseDuration, renewDeadline, retryPeriod };
	const fault = findTimingFault(timings);
	if (fault !== undefined) throw usageError('--lease-duration', fault);
	return timings;
}
