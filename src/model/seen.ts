import type { Sample } from './health.ts';
import { renderCause } from './reason.ts';
import type { Instant } from './time.ts';

/** What a sample is measured against. */
export interface Threshold {
	/** Endpoints. */
	readonly minReady: number;
	readonly now: Instant;
}

/** What a sample says of a backend, in the words of reasons: `0 ready endpoints in west/shop/web`. */
export function describeSample(sample: Sample | undefined, { minReady, now }: Threshold): string {
	if (sample === undefined) return 'nothing was seen of it yet';
	if (sample.kind === 'unknown') return renderCause(sample.cause);
	if (now >= sample.staleAt) return renderCause({ kind: 'Stale', source: sourceOf(sample) });
	if (sample.kind === 'mirrored')
		return `its gateway mirror ${sample.ready ? 'is ready' : 'has no ready address'}`;
	const { ready, draining = 0, from } = sample;
	const place = from === 'local' ? '' : ` in ${from}`;
	const seen = `${ready} ready ${ready === 1 ? 'endpoint' : 'endpoints'}${place}`;
	// Linkerd routes to ready endpoints only, so that pods that serve until they end carry nothing new.
	if (ready >= minReady || draining === 0) return seen;
	return `${seen}, ${draining} ${draining === 1 ? 'serves' : 'serve'} until terminated`;
}

function sourceOf(sample: Exclude<Sample, { kind: 'unknown' }>): string {
	return sample.kind === 'counted' && sample.from !== 'local' ? sample.from : 'its cluster';
}
