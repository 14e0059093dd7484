import type { DocumentKind } from './document-kinds.ts';
import type { Path } from './yaml-place.ts';

/** What is documented but not acted on yet. `*` stands for any index or name. */
interface Later {
	readonly fields: readonly string[];
	readonly values: Readonly<Record<string, readonly string[]>>;
}

const later: Readonly<Record<DocumentKind, Later>> = {
	FailoverPolicy: {
		fields: [
			'spec.backends.*.lastResort',
			'spec.health.minReadyPercent',
			'spec.health.checks',
			'spec.health.unhealthyWhen',
			'spec.failover.overprovisioningPercent',
			'spec.failover.maxStepPercent',
			'spec.failover.stepInterval',
			'spec.failback.minReadyPercent',
			'spec.failback.maxPerHour',
			'spec.reserveWeight',
			'spec.group.atomic',
			'spec.windows',
		],
		values: {
			'spec.failover.distribution': ['Proportional'],
			'spec.panic': ['Primary', 'LastResort'],
		},
	},
	SpillwayConfig: { fields: [], values: {} },
};

export function isLaterField(kind: DocumentKind, path: Path): boolean {
	return later[kind].fields.some((pattern) => matchesPath(pattern, path));
}

export function isLaterValue(kind: DocumentKind, path: Path, value: unknown): boolean {
	return Object.entries(later[kind].values).some(
		([pattern, values]) => matchesPath(pattern, path) && values.some((known) => known === value),
	);
}

function matchesPath(pattern: string, path: Path): boolean {
	const steps = pattern.split('.');
	return steps.length === path.length && steps.every((step, at) => step === '*' || step === path[at]);
}
