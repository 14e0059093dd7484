import test from 'ava';
import fc from 'fast-check';
import { maxTitleLength, writeTitle } from '../../../src/plan/pull-request/title.ts';
import { aShift } from '../../support/changes.ts';
import { hostileText } from '../../support/hostile-text.ts';
import { weights } from '../../support/policies.ts';
import {
	anEvidence,
	aPullRequestChange,
	hostileFacts,
	manyPullRequestChanges,
	samples,
	somePullRequestFacts,
} from '../../support/pull-request-samples.ts';

const { failover, failback, group } = samples;

test('the title of one policy says state, policy, and from which cluster to which', (t) => {
	t.is(failover && writeTitle(failover), 'failover(shop/web): east → west');
	t.is(failback && writeTitle(failback), 'failback(shop/web): west → east');
});

test('where traffic stays in a cluster, the title names services', (t) => {
	const evidence = [
		anEvidence('web-east', 'Unhealthy'),
		anEvidence('web-west', 'Healthy', { cluster: 'east' }),
	];
	const title = writeTitle(somePullRequestFacts([aPullRequestChange({ evidence })]));
	t.is(title, 'failover(shop/web): web-east → web-west');
});

test('traffic that goes to several clusters names two, and counts more', (t) => {
	const names = ['web-a', 'web-b', 'web-c'];
	const evidence = [
		anEvidence('web-east', 'Unhealthy'),
		...names.map((name) => anEvidence(name, 'Healthy', { cluster: name.slice(4) })),
	];
	const shiftTo = (used: readonly string[]) =>
		aShift({
			from: weights({ 'web-east': 1 }),
			to: weights({ 'web-east': 0, ...Object.fromEntries(used.map((name) => [name, 1])) }),
		});
	const titleOf = (used: readonly string[]) =>
		writeTitle(somePullRequestFacts([aPullRequestChange({ evidence, shift: shiftTo(used) })]));
	t.is(titleOf(names.slice(0, 2)), 'failover(shop/web): east → a and b');
	t.is(titleOf(names), 'failover(shop/web): east → a +2');
});

test('the title of a group counts its splits', (t) => {
	t.is(group && writeTitle(group), 'failover(east): 30 splits → west');
	const routes = manyPullRequestChanges(2).map((change) => ({
		...change,
		target: { ...change.target, kind: 'HTTPRoute' } as const,
	}));
	t.is(
		writeTitle(somePullRequestFacts(routes, { group: { move: 'failover', name: 'group/checkout' } })),
		'failover(checkout): 2 routes → west',
	);
	t.is(
		writeTitle(somePullRequestFacts([...routes, ...manyPullRequestChanges(1)])),
		'failover(east): 3 targets → west',
	);
});

test('a title without changes says so', (t) => {
	t.is(
		writeTitle({ group: { move: 'failover', name: 'east' }, changes: [] }),
		'failover(east): nothing to move',
	);
});

test('a title has at most 120 characters on one line, whatever the names', (t) => {
	const long = aPullRequestChange({
		namespace: 'n'.repeat(63),
		name: 'w'.repeat(56),
		cluster: 'c'.repeat(63),
	});
	const title = writeTitle(somePullRequestFacts([long]));
	t.true([...title].length <= maxTitleLength);
	t.regex(title, /^failover\(n+…\): east → west$/);
	t.notThrows(() =>
		fc.assert(
			fc.property(fc.array(hostileText, { minLength: 14, maxLength: 14 }), (texts) => {
				const written = writeTitle(hostileFacts((index) => texts[index] ?? ''));
				return [...written].length <= maxTitleLength && !/[\n@#`<>|]/.test(written);
			}),
		),
	);
});
