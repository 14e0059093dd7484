import test from 'ava';
import type { ArgoCdPrograms } from './argo-cd/programs.ts';
import { buildParts } from './build.ts';
import { type AttachedLab, attachLab } from './held-lab.ts';
import type { Part } from './parts.ts';
import { chooseLab } from './server-choice.ts';

/** The clusters that the tests of a file share. */
export interface LabNeeds {
	readonly names: readonly string[];
	readonly parts: readonly Part[];
	readonly controllers?: boolean;
	readonly flux?: boolean;
	readonly argoCd?: ArgoCdPrograms;
}

/** A cluster of the lab; only once it has started. */
export type FindCluster = (name: string) => AttachedLab['clusters'][number];

/** Declares a file's tests on clusters of its own. Where there is nothing to make them of, one test says so. */
export async function onLab(
	{ names, parts: wanted, ...servers }: LabNeeds,
	declare: (find: FindCluster) => void,
): Promise<void> {
	const choice = await chooseLab(wanted, process.env);
	if (choice.kind === 'none') {
		test('the lab is left out', (t) => {
			t.log(`The tests on a lab of their own are left out: ${choice.why}`);
			t.is(process.env['SPILLWAY_LAB'], undefined, 'a lab that was asked for was not left out');
		});
		return;
	}
	let lab: AttachedLab | undefined;
	test.serial.before('real: the lab starts', async (t) => {
		t.timeout(30 * 60_000);
		const parts = choice.kind === 'parts' ? choice.parts : await buildParts(wanted, t.log);
		lab = await attachLab({ names, parts, ...servers });
	});
	declare((name) => {
		const cluster = lab?.clusters.find((each) => each.name === name);
		if (cluster === undefined) throw new Error(`no cluster ${name}`);
		return cluster;
	});
	// What the tests start on it has ended by then.
	test.serial.after.always('real: the lab ends', () => lab?.stop());
}
