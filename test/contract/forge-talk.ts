import type { SerialFn } from 'ava';
import {
	eventually,
	type ForgeContract,
	has,
	openPull,
	refusalOf,
	untilTold as signal,
} from '../support/forge-under-test.ts';

export function talkContract(contract: ForgeContract, test: SerialFn): void {
	const { name, open, traits } = contract;
	if (has(traits, 'labels')) labelContract(contract, test);
	else {
		test(`${name}: there are no labels, and whoever adds or takes one off is passed over`, async (t) => {
			const { forge, ...stage } = await open(t);
			const { number } = await openPull({ forge, ...stage });
			await forge.addLabels(number, ['spillway'], signal);
			await forge.removeLabel(number, 'spillway', signal);
			t.deepEqual((await forge.read(number, signal))?.labels, []);
		});
	}

	test(`${name}: reviewers are asked once, and the author is passed over`, async (t) => {
		const stage = await open(t);
		const { writer, admin, spillway } = stage.logins;
		const { number } = await openPull(stage);
		await stage.forge.requestReviewers(number, [], signal);
		t.deepEqual(await stage.reviewers(number), []);
		await stage.forge.requestReviewers(number, [writer, spillway], signal);
		t.deepEqual(await stage.reviewers(number), [writer]);
		await stage.forge.requestReviewers(number, [writer, admin], signal);
		t.deepEqual((await stage.reviewers(number)).toSorted(), [admin, writer].toSorted());
		await stage.forge.requestReviewers(number, [spillway], signal);
		t.deepEqual((await stage.reviewers(number)).toSorted(), [admin, writer].toSorted());
	});

	test(`${name}: a reviewer whom nobody knows is an error, and does not keep others from being asked`, async (t) => {
		const stage = await open(t);
		const { number } = await openPull(stage);
		const unknown = stage.forge.requestReviewers(
			number,
			['nobody-of-that-name', stage.logins.writer],
			signal,
		);
		const error = await refusalOf(t, unknown);
		t.is(error.problem.code, 'E_FORGE_REFUSED');
		t.deepEqual(await stage.reviewers(number), [stage.logins.writer]);
	});

	test(`${name}: comments are written, read in order and edited`, async (t) => {
		const stage = await open(t);
		const { forge } = stage;
		const { number } = await openPull(stage);
		t.deepEqual(await forge.comments(number, signal), []);
		const first = await forge.comment(number, 'one <!-- mark --> 💥 @x', signal);
		t.like(first, { author: stage.logins.spillway, body: 'one <!-- mark --> 💥 @x' });
		await stage.as('reader').comment(number, '/spillway hold 1h', signal);
		const long = 'ü0123456789\n'.repeat(4_600);
		await forge.comment(number, long, signal);
		await forge.editComment(number, first.id, 'edited', signal);
		const comments = await eventually(
			stage,
			() => forge.comments(number, signal),
			(all) => all.length === 3,
		);
		t.deepEqual(
			comments.map(({ author, body }) => [author, body.trimEnd()]),
			[
				[stage.logins.spillway, 'edited'],
				[stage.logins.reader, '/spillway hold 1h'],
				[stage.logins.spillway, long.trimEnd()],
			],
		);
		t.is(comments[0]?.id, first.id);
		t.is(new Set(comments.map(({ id }) => id)).size, 3);
		t.true(comments.every(({ createdAt }) => Number.isInteger(createdAt)));
	});

	test(`${name}: more than a page of comments is read whole`, async (t) => {
		t.timeout(180_000);
		const stage = await open(t);
		const { number } = await openPull(stage);
		for (let index = 0; index < 110; index += 1)
			await stage.forge.comment(number, `comment ${index}`, signal);
		const all = await eventually(
			stage,
			() => stage.forge.comments(number, signal),
			(found) => found.length === 110,
		);
		t.deepEqual(
			all.map(({ body }) => body),
			Array.from({ length: 110 }, (_, index) => `comment ${index}`),
		);
	});

	test(`${name}: a review puts each remark on its line`, async (t) => {
		const stage = await open(t);
		const { number, head } = await openPull(stage, {
			files: { 'web.yaml': 'line-1: 1\nline-2: 9\nline-3: 1\n' },
		});
		const remarks = [
			{ path: 'web.yaml', line: 2, body: 'why **this**' },
			{ path: 'web.yaml', line: 1, body: 'and this' },
		];
		await stage.forge.review(number, { commit: head, body: 'look', remarks }, signal);
		const reviews = await eventually(
			stage,
			() => stage.reviews(number),
			(all) => all.length === 1,
		);
		t.is(reviews[0]?.body, 'look');
		const byLine = (a: { readonly line: number }, b: { readonly line: number }): number => a.line - b.line;
		t.deepEqual(reviews[0]?.remarks.toSorted(byLine), remarks.toSorted(byLine));
	});

	test(`${name}: a remark without a line to stand at is in the review’s text, and nothing is said twice`, async (t) => {
		const stage = await open(t);
		const { number, head } = await openPull(stage, { files: { 'web.yaml': 'line-1: 9\n' } });
		const remarks = [
			{ path: 'web.yaml', line: 1, body: 'first remark' },
			{ path: 'web.yaml', line: 999, body: 'second remark' },
		];
		await stage.forge.review(number, { commit: head, body: 'look', remarks }, signal);
		const reviews = await eventually(
			stage,
			() => stage.reviews(number),
			(all) => all.length > 0,
		);
		const said = JSON.stringify(reviews);
		for (const text of ['look', 'first remark', 'second remark']) t.is(said.split(text).length, 2, said);
		await stage.forge.review(number, { commit: head, body: 'alone', remarks: [] }, signal);
		const after = await eventually(
			stage,
			() => stage.reviews(number),
			(all) => JSON.stringify(all).includes('alone'),
		);
		t.is(JSON.stringify(after).split('first remark').length, 2);
	});
}

function labelContract({ name, open }: ForgeContract, test: SerialFn): void {
	test(`${name}: labels are added once, made where they are missing, and taken off`, async (t) => {
		const stage = await open(t);
		const { forge } = stage;
		const { number } = await openPull(stage);
		const labels = async (): Promise<readonly string[]> =>
			((await forge.read(number, signal))?.labels ?? []).toSorted();
		await forge.addLabels(number, [], signal);
		t.deepEqual(await labels(), []);
		await forge.addLabels(number, ['spillway', 'team/é: 💥 "x"'], signal);
		await stage.as('writer').addLabels(number, ['hold'], signal);
		await forge.addLabels(number, ['spillway', 'spillway'], signal);
		t.deepEqual(await labels(), ['hold', 'spillway', 'team/é: 💥 "x"']);
		await forge.removeLabel(number, 'team/é: 💥 "x"', signal);
		await forge.removeLabel(number, 'team/é: 💥 "x"', signal);
		await forge.removeLabel(number, 'never seen', signal);
		t.deepEqual(await labels(), ['hold', 'spillway']);
	});

	test(`${name}: a label that the repository has is used on another pull request too`, async (t) => {
		const stage = await open(t);
		const first = await openPull(stage);
		const second = await openPull(stage, { head: 'spillway/failback/east' });
		for (const { number } of [first, second]) await stage.forge.addLabels(number, ['spillway'], signal);
		t.deepEqual((await stage.forge.read(second.number, signal))?.labels, ['spillway']);
	});
}
