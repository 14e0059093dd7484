import { existsSync } from 'node:fs';
import { usageError } from '../exit.ts';
import type { Terminal } from '../terminal.ts';
import type { ClusterKit, FindClusterKit } from './clusters.ts';
import { embeddedKit } from './embedded-clusters.ts';
import { packageRoot } from './workshop.ts';

/** Real clusters are the lab's, which is part of a checkout and of no package. */
const realKit = new URL('test/lab/demo-kit.ts', packageRoot);

/** What the demo's clusters are made of. Throws ProblemError where real ones cannot be had. */
export async function findClusterKit(real: boolean, environment: Terminal['env']): Promise<ClusterKit> {
	if (!real) return embeddedKit;
	if (!existsSync(realKit)) {
		throw usageError(
			'--real',
			'real clusters are started by the lab, which this package does not hold',
			'use a checkout of the repository: npm ci && npm run demo -- --real',
		);
	}
	const { findRealKit } = (await import(realKit.href)) as { readonly findRealKit: FindClusterKit };
	return await findRealKit(environment);
}
