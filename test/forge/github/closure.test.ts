import test from 'ava';
import { branch, openPull, untilTold as signal } from '../../support/forge-under-test.ts';
import { setGitHubStage } from './stage.ts';

test('F18 who closed a pull request is told', async (t) => {
	const stage = await setGitHubStage(t);
	const { number } = await openPull(stage);
	t.deepEqual(await stage.forge.closure(number, signal), { byBranch: false });
	await stage.as('writer').update(number, { state: 'closed' }, signal);
	await stage.deleteBranch(branch);
	t.deepEqual(await stage.forge.closure(number, signal), { by: 'wil', byBranch: false });
});

test('one that GitHub closed for the want of its branch is told from one that a person closed', async (t) => {
	const stage = await setGitHubStage(t);
	const { number } = await openPull(stage);
	await stage.forge.update(number, { state: 'closed' }, signal);
	await stage.forge.update(number, { state: 'open' }, signal);
	await stage.deleteBranch(branch);
	t.deepEqual(await stage.forge.closure(number, signal), { by: 'wil', byBranch: true });
});
