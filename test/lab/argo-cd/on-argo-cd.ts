import test from 'ava';
import { type FindCluster, onLab } from '../on-lab.ts';
import { apiParts } from '../parts.ts';
import { findArgoCd } from './programs.ts';

/**
 * Declares a file's tests on a cluster `east` with Argo CD. Where that was not built, one test says so: even a machine
 * that builds the rest of the lab builds it only when asked to.
 */
export async function onArgoCd(declare: (find: FindCluster) => void): Promise<void> {
	const choice = await findArgoCd(process.env);
	if (choice.kind === 'programs') {
		await onLab({ names: ['east'], parts: apiParts, argoCd: choice.programs }, declare);
		return;
	}
	test('Argo CD is left out', (t) => {
		t.log(`The tests on Argo CD are left out: ${choice.why}`);
		t.pass();
	});
}
