import type { SerialFn } from 'ava';
import type { Check } from '../../src/model/ports/forge.ts';
import {
	eventually,
	type ForgeContract,
	openPull,
	untilTold as signal,
} from '../support/forge-under-test.ts';

const byName = (a: Check, b: Check): number => a.name.localeCompare(b.name);

export function checksContract({ name, open }: ForgeContract, test: SerialFn): void {
	test(`${name}: of each check the newest state counts`, async (t) => {
		const stage = await open(t);
		const { forge } = stage;
		const { head } = await openPull(stage);
		t.deepEqual(await forge.checks(head, signal), []);
		const context = 'spillway/still-needed';
		const url = 'https://spillway.invalid/status';
		await forge.setStatus(head, { context, state: 'pending', description: 'waiting', url }, signal);
		await forge.setStatus(head, { context, state: 'success', description: 'needed' }, signal);
		await forge.setStatus(
			head,
			{ context: 'spillway/validated', state: 'failure', description: 'no' },
			signal,
		);
		await stage
			.as('writer')
			.setStatus(head, { context: 'ci/test', state: 'pending', description: 'runs' }, signal);
		const checks = await eventually(
			stage,
			() => forge.checks(head, signal),
			(all) => all.length === 3,
		);
		t.deepEqual(checks.toSorted(byName), [
			{ name: 'ci/test', state: 'pending', description: 'runs' },
			{ name: context, state: 'success', description: 'needed' },
			{ name: 'spillway/validated', state: 'failure', description: 'no' },
		]);
		await forge.setStatus(head, { context, state: 'failure', description: 'over' }, signal);
		const after = await eventually(
			stage,
			() => forge.checks(head, signal),
			(all) => all.some((check) => check.name === context && check.state === 'failure'),
		);
		t.is(after.length, 3);
	});

	test(`${name}: a description is one line, cut to what the forge takes`, async (t) => {
		const stage = await open(t);
		const { head } = await openPull(stage);
		const status = {
			context: 'spillway/applied',
			state: 'success',
			description: `a\nb${'💥x'.repeat(2_000)}`,
		} as const;
		await stage.forge.setStatus(head, status, signal);
		const [check] = await eventually(
			stage,
			() => stage.forge.checks(head, signal),
			(all) => all.length === 1,
		);
		t.is(check?.state, 'success');
		t.regex(check?.description ?? '', /^a[^\n]*b[^\n]+$/u);
		t.true((check?.description ?? '').length < 1_000);
	});

	test(`${name}: more than a page of checks is read whole`, async (t) => {
		t.timeout(180_000);
		const stage = await open(t);
		const { head } = await openPull(stage);
		const names = Array.from({ length: 110 }, (_, index) => `ci/${String(index).padStart(3, '0')}`);
		for (const context of names) {
			await stage.forge.setStatus(head, { context, state: 'success', description: 'fine' }, signal);
		}
		const checks = await eventually(
			stage,
			() => stage.forge.checks(head, signal),
			(all) => all.length === 110,
		);
		t.deepEqual(checks.map((check) => check.name).toSorted(), names);
	});
}
