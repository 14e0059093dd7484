import test from 'ava';
import { formatProblem } from '../../src/model/problem.ts';
import { listCodes, parseText, writePolicy } from '../support/policy-documents.ts';

const header = 'apiVersion: spillway.dev/v1alpha1\n';

for (const [field, value] of Object.entries({
	'health: {minReadyPercent: 50}': 'spec.health.minReadyPercent',
	'health: {checks: []}': 'spec.health.checks',
	'health: {unhealthyWhen: "!ready"}': 'spec.health.unhealthyWhen',
	'failover: {escalate: [{after: 30s, to: PullRequest}]}': 'spec.failover.escalate[0].to PullRequest',
	'failover: {distribution: Proportional}': 'spec.failover.distribution Proportional',
	'failover: {overprovisioningPercent: 140}': 'spec.failover.overprovisioningPercent',
	'failover: {maxStepPercent: 100}': 'spec.failover.maxStepPercent',
	'failover: {stepInterval: 30s}': 'spec.failover.stepInterval',
	'failover: {via: PullRequest}': 'spec.failover.via PullRequest',
	'failback: {autoMerge: false}': 'spec.failback.autoMerge',
	'failback: {ramp: [10, 100]}': 'spec.failback.ramp',
	'failback: {rampInterval: 60s}': 'spec.failback.rampInterval',
	'failback: {minReadyPercent: 70}': 'spec.failback.minReadyPercent',
	'failback: {maxPerHour: 2}': 'spec.failback.maxPerHour',
	'failback: {via: PullRequest}': 'spec.failback.via PullRequest',
	'panic: Primary': 'spec.panic Primary',
	'reserveWeight: 0': 'spec.reserveWeight',
	'group: {name: checkout}': 'spec.group',
	'windows: {}': 'spec.windows',
})) {
	test(`what is documented but not built is refused: ${field}`, (t) => {
		const [line, ...more] = parseText(writePolicy('emoji', 'emoji-svc', field)).problems.map(formatProblem);
		t.deepEqual(more, []);
		t.true(line?.includes(`E_NOT_SUPPORTED ${value} is not supported yet`), line);
	});
}

test('parts of a backend, defaults and kinds that are not built are refused', (t) => {
	const policy = writePolicy('emoji', 'emoji-svc');
	t.deepEqual(listCodes(parseText(policy.replace('{service: a}', '{service: a, lastResort: true}'))), [
		'E_NOT_SUPPORTED',
	]);
	t.deepEqual(listCodes(parseText(`${header}kind: FailoverGuard\n`)), ['E_NOT_SUPPORTED']);
	t.deepEqual(listCodes(parseText(`${header}kind: FailoverOverride\nspec: {}\n`)), ['E_NOT_SUPPORTED']);
	const defaults = '{failover: {via: PullRequest}, failback: {via: PullRequest}}';
	const config = `${header}kind: SpillwayConfig\nspec: {clusters: {east: {context: east}}, defaults: ${defaults}}\n`;
	t.deepEqual(listCodes(parseText(config)), Array(2).fill('E_NOT_SUPPORTED'));
});
