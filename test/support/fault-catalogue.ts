import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

/** One fault and what must come of it; the id stands at the start of the titles of its tests. */
export interface CataloguedFault {
	readonly id: string;
	readonly group: string;
	readonly fault: string;
	readonly expect: string;
	readonly never: string;
}

const catalogue = z.object({
	faults: z.array(
		z.object({
			id: z.string().regex(/^F-\d{3}$/),
			group: z.string(),
			fault: z.string(),
			expect: z.string(),
			never: z.string(),
		}),
	),
});

const tests = new URL('../', import.meta.url);

/** Every fault of test/cases/faults.yaml, in order. */
export function readFaultCatalogue(): readonly CataloguedFault[] {
	return catalogue.parse(parse(readFileSync(new URL('cases/faults.yaml', tests), 'utf8'))).faults;
}

/** A way to fail between a decision and the branch; `forge`: only where there are pull requests. */
export interface WriteBackFailure {
	readonly id: string;
	readonly by: 'commit' | 'forge';
}

const failures = z.object({
	failures: z.array(z.object({ id: z.string().regex(/^F\d{1,2}$/), by: z.enum(['commit', 'forge']) })),
});

/** Every failure of test/cases/writeback.yaml, in order. */
export function readWriteBackFailures(): readonly WriteBackFailure[] {
	return failures.parse(parse(readFileSync(new URL('cases/writeback.yaml', tests), 'utf8'))).failures;
}

/** The ids that stand at the start of the title of a test or of a scenario. */
export function findTestedFaults(): ReadonlySet<string> {
	const files = readdirSync(tests, { recursive: true, encoding: 'utf8' }).filter(
		(file) => file.endsWith('.test.ts') || /^(contract\/.*\.ts|scenarios\/.*\.yaml)$/.test(file),
	);
	return new Set(files.flatMap((file) => findTitledIds(readFileSync(new URL(file, tests), 'utf8'))));
}

/** `F-001 a watch …`, or `F-001, F1 a watch …`, where a string or a scenario's title begins. */
export function findTitledIds(source: string): readonly string[] {
	const titles = source.matchAll(
		/(?:["'`]|^title: )((?:F(?:-\d{3}|\d{1,2}), )*F(?:-\d{3}|\d{1,2})) (?=\S)/gm,
	);
	return [...titles].flatMap(([, ids = '']) => ids.split(', '));
}
