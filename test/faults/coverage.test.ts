import test from 'ava';
import { findTestedFaults, findTitledIds, readFaultCatalogue } from '../support/fault-catalogue.ts';

const groups: ReadonlySet<string> = new Set([
	'watch-and-list',
	'api-writes',
	'endpoint-semantics',
	'target-ownership',
	'process-time-leader',
]);

/** Faults without a test, and why. */
const explained: Readonly<Record<string, string>> = {
	'F-015':
		'fleet-wide limits (FailoverGuard) are not built yet: nothing bounds how many policies move at once',
	'F-088': 'a policy names no port, and so cannot lack one',
	'F-094': 'failbacks in steps (ramp) and by share (minReadyPercent) are not built yet',
	'F-096': 'FailoverOverride is not built yet',
};

const catalogue = readFaultCatalogue();

test('every fault of Kubernetes, of targets and of the process has a test by its id, or a reason why not', (t) => {
	const tested = findTestedFaults();
	const open = catalogue.filter(({ id, group }) => groups.has(group) && !tested.has(id));
	t.deepEqual(
		open.map(({ id }) => id),
		Object.keys(explained).sort(),
	);
});

test('a test that names a fault names one of the catalogue', (t) => {
	const known = new Set(catalogue.map(({ id }) => id));
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
