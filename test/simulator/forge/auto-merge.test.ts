import test from 'ava';
import { ForgeRefusal } from '../../../src/simulator/forge/refusal.ts';
import { branch, open, rule, setStatus, stage, wish } from '../../support/forge-core-stage.ts';

test('a scheduled merge waits for its checks, and takes what is pushed meanwhile', async (t) => {
	const world = await stage();
	const { hosted, repository } = world;
	await hosted.protect('owner', { ...rule, requiredContexts: ['ci/test'] });
	const { number, head } = await open(world);
	await hosted.scheduleMerge('bot', number, wish);
	await t.throwsAsync(hosted.scheduleMerge('bot', number, wish), { instanceOf: ForgeRefusal });
	await setStatus(world, head, 'pending');
	t.is((await hosted.pull(number)).state, 'open');
	const later = repository.commitDirectly({ other: 'x\n' }, 'more', {}, branch);
	await setStatus(world, later, 'failure');
	t.is((await hosted.pull(number)).state, 'open');
	await setStatus(world, later, 'success');
	t.like(await hosted.pull(number), { state: 'merged', mergedBy: 'bot', headCommit: later });
});

test('a scheduled merge that is called off, or closed away, merges nothing', async (t) => {
	for (const end of ['cancel', 'close'] as const) {
		const world = await stage();
		const { hosted } = world;
		await hosted.protect('owner', { ...rule, requiredContexts: ['ci/test'] });
		const { number, head } = await open(world);
		await hosted.scheduleMerge('bot', number, wish);
		if (end === 'cancel') await hosted.cancelMerge('bot', number);
		else await hosted.edit('ada', number, { state: 'closed' });
		if (end === 'close') await hosted.edit('ada', number, { state: 'open' });
		await setStatus(world, head, 'success');
		t.is((await hosted.pull(number)).state, 'open', end);
		await t.throwsAsync(hosted.cancelMerge('bot', number), { instanceOf: ForgeRefusal });
	}
});
