import test from 'ava';
import { readSplitFacts } from '../../src/policy/split-facts.ts';
import { findMutualFailovers, findSharedApexes, type PlacedSplit } from '../../src/policy/split-set-lint.ts';
import { aSplit } from '../support/kubernetes-objects.ts';

function placed(
	name: string,
	service: string,
	others: readonly string[] = [],
	namespace = 'shop',
): PlacedSplit {
	const backends = Object.fromEntries([service, ...others].map((backend) => [backend, 1]));
	return {
		facts: readSplitFacts(aSplit({ metadata: { name, namespace }, service, backends })),
		place: (path) => ({ kind: 'named', name: `${name} ${path.join('.')}` }),
	};
}

const told = (problems: ReturnType<typeof findSharedApexes>) =>
	problems.map(({ code, where }) => [code, where.kind === 'named' ? where.name : '']);

test('two splits for one Service are both told', (t) => {
	t.deepEqual(told(findSharedApexes([placed('a', 'web'), placed('b', 'web'), placed('c', 'api')])), [
		['W_SHARED_APEX', 'a spec.service'],
		['W_SHARED_APEX', 'b spec.service'],
	]);
});

test('Services of one name in two namespaces are two', (t) => {
	t.deepEqual(findSharedApexes([placed('a', 'web'), placed('b', 'web', [], 'other')]), []);
});

test('one split that is written twice, or splits without an apex, are none of this', (t) => {
	t.deepEqual(findSharedApexes([placed('a', 'web'), placed('a', 'web')]), []);
	t.deepEqual(findSharedApexes([placed('a', ''), placed('b', '')]), []);
});

const east = (...backends: readonly string[]) => ({
	cluster: 'east',
	splits: [placed('e', 'web', backends)],
});
const west = (...backends: readonly string[]) => ({
	cluster: 'west',
	splits: [placed('w', 'web', backends)],
});

test('two clusters that send the same Service to each other are told, on both sides', (t) => {
	t.deepEqual(told(findMutualFailovers([east('web-west'), west('web-2', 'web-east')])), [
		['W_MUTUAL_FAILOVER', 'e spec.backends.1.service'],
		['W_MUTUAL_FAILOVER', 'w spec.backends.2.service'],
	]);
});

test('one way alone does not loop, and neither does a split over a leaf Service', (t) => {
	t.deepEqual(findMutualFailovers([east('web-west'), west()]), []);
	t.deepEqual(findMutualFailovers([east('web-local-west'), west('web-local-east')]), []);
	t.deepEqual(findMutualFailovers([east('web-west')]), []);
});

test('a third cluster does not make two into a loop', (t) => {
	const central = { cluster: 'central', splits: [placed('c', 'web', ['web-east'])] };
	t.deepEqual(findMutualFailovers([east('web-west'), west('web-central'), central]), []);
});

test('what a mirror’s labels say counts more than its name', (t) => {
	const mirrorOf = (cluster: string) => () => ({ cluster, service: 'web' });
	const sides = [
		{ ...east('mirror-1'), mirrorOf: mirrorOf('west') },
		{ ...west('mirror-2'), mirrorOf: mirrorOf('east') },
	];
	t.true(findMutualFailovers(sides).length > 0);
});
