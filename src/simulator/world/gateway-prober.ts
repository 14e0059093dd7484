import type { Clock } from '../../model/ports/clock.ts';
import type { Milliseconds } from '../../model/time.ts';
import type { Gateway, Liveness } from './gateway.ts';

/** `probeSpec` of a Link. */
export interface ProbeSpec {
	readonly period: Milliseconds;
	readonly timeout: Milliseconds;
	/** Failures in a row after which the gateway counts as dead. */
	readonly failureThreshold: number;
}

/** What the Link CRD and `linkerd multicluster link` set. */
export const defaultProbe: ProbeSpec = { period: 3_000, timeout: 30_000, failureThreshold: 3 };

export interface GatewayProber extends Liveness {
	/** Resolves once aborted. */
	run(signal: AbortSignal): Promise<void>;
}

/**
 * Probes a gateway as Linkerd's service mirror does: by a ticker, which keeps one tick for a probe that overruns it;
 * a probe blocks until it fails or times out. Alive at first, and again with one success. Without its jitter.
 */
export function createGatewayProber(gateway: Gateway, spec: ProbeSpec, clock: Clock): GatewayProber {
	const { period, failureThreshold } = spec;
	const listeners = new Set<() => void>();
	let isAlive = true;
	let failures = 0;

	const settle = (answered: boolean): void => {
		failures = answered ? 0 : failures + 1;
		const before = isAlive;
		isAlive = answered || (isAlive && failures < failureThreshold);
		if (isAlive !== before) for (const tell of listeners) tell();
	};

	return {
		alive: () => isAlive,
		onChange(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		async run(signal) {
			const start = clock.now();
			let tick = start + period;
			while (!signal.aborted) {
				await clock.sleep(tick - clock.now(), signal).catch(() => undefined);
				const answered = await probe(gateway, spec, clock, signal);
				if (signal.aborted) return;
				settle(answered);
				const missed = start + Math.floor((clock.now() - start) / period) * period;
				tick = Math.max(tick + period, missed);
			}
		},
	};
}

async function probe(
	gateway: Gateway,
	{ timeout }: ProbeSpec,
	clock: Clock,
	signal: AbortSignal,
): Promise<boolean> {
	if (gateway.mode() !== 'blackhole') return gateway.alive();
	await clock.sleep(timeout, signal).catch(() => undefined);
	return false;
}
