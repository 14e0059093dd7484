import test from 'ava';
import {
	findTestedFaults,
	findTitledIds,
	readFaultCatalogue,
	readWriteBackFailures,
} from '../support/fault-catalogue.ts';

const groups: ReadonlySet<string> = new Set([
	'watch-and-list',
	'api-writes',
	'endpoint-semantics',
	'target-ownership',
	'process-time-leader',
	'git-and-forge',
]);

/** Faults without a test, and why. */
const explained: Readonly<Record<string, string>> = {
	'F-015':
		'fleet-wide limits (FailoverGuard) are not built yet: nothing bounds how many policies move at once',
	'F-088': 'a policy names no port, and so cannot lack one',
	'F-096': 'FailoverOverride is not built yet',
};

const catalogue = readFaultCatalogue();

test('every fault of Kubernetes, of targets, of the process and of Git has a test by its id, or a reason why not', (t) => {
	const tested = findTestedFaults();
	const open = catalogue.filter(({ id, group }) => groups.has(group) && !tested.has(id));
	t.deepEqual(
		open.map(({ id }) => id),
		Object.keys(explained).sort(),
	);
});

test('every way to fail between a decision and the branch, or its pull request, has a test by its id', (t) => {
	const tested = findTestedFaults();
	const open = readWriteBackFailures().filter(({ id }) => !tested.has(id));
	t.deepEqual(
		open.map(({ id }) => id),
		[],
	);
});

test('a test that names a fault names one of the catalogues', (t) => {
	const known = new Set([...catalogue, ...readWriteBackFailures()].map(({ id }) => id));
	t.deepEqual(
		[...findTestedFaults()].filter((id) => !known.has(id)),
		[],
	);
});

test('an id counts where a title begins with it, and nowhere else', (t) => {
	t.deepEqual(findTitledIds("test('F-001 a watch', run)"), ['F-001']);
	t.deepEqual(findTitledIds('title: F-097, F-099 a syncer reverts\nclusters: {}'), ['F-097', 'F-099']);
	t.deepEqual(findTitledIds("test('as in F-001 a watch', run) // 'F-002'"), []);
});
