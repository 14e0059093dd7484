import test from 'ava';
import { formatProblem } from '../../src/model/problem.ts';
import { listCodes, parseText, writePolicy } from '../support/policy-documents.ts';

const header = 'apiVersion: spillway.dev/v1alpha1\n';

for (const [field, value] of Object.entries({
	'health: {minReadyPercent: 50}': 'spec.health.minReadyPercent',
	'health: {checks: []}': 'spec.health.checks',
	'health: {unhealthyWhen: "!ready"}': 'spec.health.unhealthyWhen',
	'failover: {distribution: Proportional}': 'spec.failover.distribution Proportional',
	'failover: {overprovisioningPercent: 140}': 'spec.failover.overprovisioningPercent',
	'failover: {maxStepPercent: 100}': 'spec.failover.maxStepPercent',
	'failover: {stepInterval: 30s}': 'spec.failover.stepInterval',
	'failback: {minReadyPercent: 70}': 'spec.failback.minReadyPercent',
	'failback: {maxPerHour: 2}': 'spec.failback.maxPerHour',
	'panic: Primary': 'spec.panic Primary',
	'reserveWeight: 0': 'spec.reserveWeight',
	'group: {name: checkout, atomic: true}': 'spec.group.atomic',
	'windows: {}': 'spec.windows',
})) {
	test(`what is documented but not built is refused: ${field}`, (t) => {
		const [line, ...more] = parseText(writePolicy('emoji', 'emoji-svc', field)).problems.map(formatProblem);
		t.deepEqual(more, []);
		t.true(line?.includes(`E_NOT_SUPPORTED ${value} is not supported yet`), line);
	});
}

test('parts of a backend and kinds that are not built are refused', (t) => {
	const policy = writePolicy('emoji', 'emoji-svc');
	t.deepEqual(listCodes(parseText(policy.replace('{service: a}', '{service: a, lastResort: true}'))), [
		'E_NOT_SUPPORTED',
	]);
	t.deepEqual(listCodes(parseText(`${header}kind: FailoverGuard\n`)), ['E_NOT_SUPPORTED']);
	t.deepEqual(listCodes(parseText(`${header}kind: FailoverOverride\nspec: {}\n`)), ['E_NOT_SUPPORTED']);
});
