import type { Random } from '../model/ports/clock.ts';
import type { ClusterEvent } from '../model/ports/cluster.ts';
import { showText } from '../model/problem.ts';
import type { Instant } from '../model/time.ts';

/** Who reports, as Events name controllers: a domain and a name. */
const controller = 'spillway.dev/spillway';

/** The API server refuses longer notes. */
const noteLength = 1024;

/** A core/v1 Event as it is created. Its name is unique by time and chance, so that none is overwritten. */
export function writeEventManifest(event: ClusterEvent, now: Instant, random: Random): object {
	const { regarding, type, reason, note } = event;
	const { kind, apiVersion, namespace, name, uid } = regarding;
	const at = new Date(now).toISOString();
	return {
		apiVersion: 'v1',
		kind: 'Event',
		metadata: { name: eventName(name, now, random), namespace },
		involvedObject: { kind, apiVersion, namespace, name, uid },
		type,
		reason,
		message: showText(note, noteLength),
		source: { component: controller },
		reportingComponent: controller,
		reportingInstance: '',
		firstTimestamp: at,
		lastTimestamp: at,
		count: 1,
	};
}

/** Object names end with a letter or digit, also before a dot, and have at most 253 characters. */
function eventName(subject: string, now: Instant, random: Random): string {
	const chance = Math.floor(random() * 0x1_0000_0000);
	const suffix = `.${now.toString(16)}${chance.toString(16).padStart(8, '0')}`;
	return subject.slice(0, 253 - suffix.length).replace(/[-.]+$/, '') + suffix;
}
