import { existsSync } from 'node:fs';
import { usageError } from '../exit.ts';
import type { Terminal } from '../terminal.ts';
import { embeddedKit } from './embedded-clusters.ts';
import { embeddedForgeKit } from './embedded-forge.ts';
import type { DemoKit, FindDemoKit } from './kit.ts';
import { packageRoot } from './workshop.ts';

/** Real clusters and a real forge are the lab's, which is part of a checkout and of no package. */
const realKit = new URL('test/lab/demo-kit.ts', packageRoot);

/** What the demo is played on. Throws ProblemError where real parts cannot be had. */
export async function findKit(real: boolean, environment: Terminal['env']): Promise<DemoKit> {
	if (!real) return { clusters: embeddedKit, forge: embeddedForgeKit };
	if (!existsSync(realKit)) {
		throw usageError(
			'--real',
			'real clusters are started by the lab, which this package does not hold',
			'use a checkout of the repository: npm ci && npm run demo -- --real',
		);
	}
	const { findRealKit } = (await import(realKit.href)) as { readonly findRealKit: FindDemoKit };
	return await findRealKit(environment);
}
