// A TrafficSplit as far as linkerd-failover's rules and the lint look at it, from a cluster or from a manifest.
import type { Namespace, ServiceName } from '../model/names.ts';
import { showValue } from '../model/problem.ts';
import { parseQuantity } from '../model/quantity.ts';

/** The label by whose presence linkerd-failover knows the splits it controls. */
export const controlledByLabel = 'failover.linkerd.io/controlled-by';

/** The label by which its early versions did, and as which value. */
export const oldLabel = { key: 'app.kubernetes.io/managed-by', value: 'linkerd-failover' } as const;

/** Names the primary; without it, that is the first backend. */
export const primaryAnnotation = 'failover.linkerd.io/primary-service';

export interface SplitBackend {
	/** As written: perhaps no legal name. Absent where there is no text. */
	readonly service?: string;
	/** Absent where what is written is no weight; `oddWeight` shows that. */
	readonly weight?: number;
	readonly oddWeight?: string;
}

export interface SplitFacts {
	/** Empty where a manifest names none. */
	readonly namespace: Namespace;
	readonly name: string;
	/** By which of its labels linkerd-failover selects it: the present one, else the old one. */
	readonly label?: 'present' | 'old';
	/** The annotation's value. */
	readonly primary?: string;
	readonly apex: ServiceName;
	readonly backends: readonly SplitBackend[];
}

type Fields = Readonly<Record<string, unknown>>;

/** Prunes a TrafficSplit of any version; whatever is odd about it stays to be told, and nothing throws. */
export function readSplitFacts(object: unknown): SplitFacts {
	const { metadata, spec } = fields(object);
	const { namespace, name, labels, annotations } = fields(metadata);
	const { service, backends } = fields(spec);
	const label = readLabel(fields(labels));
	const primary = fields(annotations)[primaryAnnotation];
	return {
		namespace: text(namespace),
		name: text(name),
		...(label === undefined ? {} : { label }),
		...(primary === undefined ? {} : { primary: text(primary) }),
		apex: text(service),
		backends: Array.isArray(backends) ? backends.map(readBackend) : [],
	};
}

/** The Service from which traffic goes to the others only when it fails; absent where nothing is. */
export function primaryOf({ primary, backends }: SplitFacts): ServiceName | undefined {
	if (primary === undefined) return backends[0]?.service;
	return backends.some(({ service }) => service === primary) ? primary : undefined;
}

function readLabel(labels: Fields): SplitFacts['label'] {
	if (labels[controlledByLabel] !== undefined) return 'present';
	return labels[oldLabel.key] === oldLabel.value ? 'old' : undefined;
}

function readBackend(entry: unknown): SplitBackend {
	const { service, weight: written } = fields(entry);
	const weight = typeof written === 'string' ? parseQuantity(written) : written;
	const sound = typeof weight === 'number' && Number.isFinite(weight) && weight >= 0;
	return {
		...(typeof service === 'string' && service !== '' ? { service } : {}),
		...(sound ? { weight } : { oddWeight: written === undefined ? 'nothing' : showValue(written) }),
	};
}

function fields(value: unknown): Fields {
	return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function text(value: unknown): string {
	return typeof value === 'string' ? value : '';
}
