// npm run conformance -- --kubeconfig F [--context C]: asks a cluster everything that the corpus holds.
import { AssertionError } from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { loadConnection } from '../../src/kubernetes/kubeconfig.ts';
import { type ApiAccess, openConnection } from '../support/api-access.ts';
import { canPlay, patience, runConformanceCase, type ServerUnderTest } from '../support/conformance.ts';
import { type ConformanceCase, conformanceCases, recordedFrom } from '../support/conformance-corpus.ts';
import { findMissingTypes } from './custom-types.ts';

const { values } = parseArgs({
	options: { kubeconfig: { type: 'string' }, context: { type: 'string' } },
});
process.exitCode = await replayCorpus(values.kubeconfig ?? process.env['KUBECONFIG'], values.context).catch(
	(error: unknown) => {
		tell(error instanceof Error ? error.message : String(error));
		return 2;
	},
);

/** Prints each difference, then the counts. Resolves to the exit status. */
async function replayCorpus(kubeconfig: string | undefined, context: string | undefined): Promise<number> {
	if (kubeconfig === undefined) {
		tell('Which cluster? Name its kubeconfig: npm run conformance -- --kubeconfig F [--context C]');
		return 2;
	}
	const named = context ?? parse(await readFile(kubeconfig, 'utf8'))['current-context'];
	const connection = await loadConnection({ kubeconfig, context: named, allowInsecure: true });
	const access = openConnection(connection);
	try {
		return await compare(access);
	} finally {
		await access.close();
	}
}

async function compare(access: ApiAccess): Promise<number> {
	const missing = await findMissingTypes(access);
	if (missing.length > 0) {
		tell(`Not served here: ${missing.join(', ')}. kubectl apply -f test/lab/crds`);
		return 2;
	}
	const { body } = await access.call({ method: 'GET', path: '/version' });
	const { gitVersion } = body as { readonly gitVersion: string };
	const prefix = `spillway-conformance-${randomBytes(3).toString('hex')}`;
	const server: ServerUnderTest = { access, controls: patience, prefix };
	const cases = conformanceCases.filter((each) => canPlay(server, each));
	const differences = await Promise.all(cases.map((each) => findDifference(server, each)));
	for (const difference of differences) if (difference !== undefined) tell(difference);
	const count = differences.filter((difference) => difference !== undefined).length;
	const left = conformanceCases.length - cases.length;
	tell(`${cases.length} cases of ${recordedFrom} asked of ${gitVersion}: ${count} with a difference`);
	tell(`${left} left out: they need a compaction`);
	return count === 0 ? 0 : 1;
}

async function findDifference(server: ServerUnderTest, each: ConformanceCase): Promise<string | undefined> {
	try {
		await runConformanceCase(server, each);
		return undefined;
	} catch (error) {
		if (!(error instanceof AssertionError)) throw error;
		return `${each.id} (${each.title}):\n${error.message.replace(/^/gm, '  ')}`;
	}
}

function tell(text: string): void {
	process.stdout.write(`${text}\n`);
}
