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
	'F-094': 'failbacks in steps (ramp) and by share (minReadyPercent) are not built yet',
	'F-096': 'FailoverOverride is not built yet',
	'F-130': 'no forge is asked yet',
	'F-131': 'no forge is asked yet',
	'F-132': 'there are no pull requests yet',
	'F-133': 'there are no pull requests yet',
	'F-134': 'there are no pull requests yet',
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

test('every way to fail between a decision and the branch has a test by its id', (t) => {
	const tested = findTestedFaults();
	const open = readWriteBackFailures().filter(({ id, by }) => by === 'commit' && !tested.has(id));
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
