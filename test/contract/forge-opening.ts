import type { SerialFn } from 'ava';
import {
	aPull,
	branch,
	eventually,
	type ForgeContract,
	has,
	openPull,
	refusalOf,
	untilTold as signal,
} from '../support/forge-under-test.ts';

/** Markdown, HTML, other scripts, wide and invisible characters, and what looks like a command or a path. */
const hostileText =
	'<script>alert(1)</script> @everyone #1 [x](javascript:0) `$(id)` ../../etc & "quotes" \u05D0\u202Eabc\u202C \u{1F4A5} \u0301 %2e%2e \\';

export function openingContract({ name, open, traits }: ForgeContract, test: SerialFn): void {
	test(`${name}: a pull request is opened, and is told of as it is`, async (t) => {
		const stage = await open(t);
		const before = Date.now() - 120_000;
		const { number, head, pull } = await openPull(stage);
		const facts = {
			number,
			state: 'open',
			title: 'Fail over east',
			body: 'why',
			head: branch,
			base: 'main',
			headCommit: head,
			isForeign: false,
			isDraft: false,
			author: stage.logins.spillway,
			labels: [],
			autoMerge: false,
		} as const;
		t.like(pull, facts);
		t.true(pull.url.startsWith('http') && pull.url.includes(String(number)), pull.url);
		t.true(Number.isInteger(pull.createdAt) && pull.updatedAt >= pull.createdAt);
		t.true(stage.isVirtual === true || pull.createdAt > before);
		t.is(pull.closedAt, undefined);
		t.is(pull.mergedAt, undefined);
		t.is(pull.mergeCommit, undefined);
		const mergeable = has(traits, 'mergeability') ? 'yes' : 'unknown';
		const read = await eventually(
			stage,
			() => stage.forge.read(number, signal),
			(each) => each?.mergeable === mergeable,
		);
		t.like(read, { ...facts, mergeable });
	});

	test(`${name}: a second one from the same branch to the same base exists already, whoever asks`, async (t) => {
		const stage = await open(t);
		await openPull(stage);
		t.deepEqual(await stage.forge.create(aPull({ title: 'again' }), signal), { kind: 'exists' });
		t.deepEqual(await stage.as('writer').create(aPull(), signal), { kind: 'exists' });
		t.is((await stage.forge.listOpen(signal)).length, 1);
	});

	test(`${name}: from a branch that is not there nothing is opened`, async (t) => {
		const stage = await open(t);
		const error = await refusalOf(t, stage.forge.create(aPull({ head: 'spillway/failover/none' }), signal));
		t.is(error.problem.code, 'E_FORGE_REFUSED');
		t.false(error.isLost);
		t.deepEqual(await stage.forge.listOpen(signal), []);
	});

	test(`${name}: a number that nothing has is no pull request`, async (t) => {
		const { forge } = await open(t);
		t.is(await forge.read(4_711, signal), undefined);
		const error = await refusalOf(t, forge.update(4_711, { title: 'x' }, signal));
		t.is(error.problem.code, 'E_FORGE_REFUSED');
		t.is(error.retry, 'never');
	});

	test(`${name}: title and body are edited, each for itself`, async (t) => {
		const stage = await open(t);
		const { number } = await openPull(stage);
		t.like(await stage.forge.update(number, { title: 'Other' }, signal), {
			number,
			title: 'Other',
			body: 'why',
		});
		t.like(await stage.forge.update(number, { body: 'because' }, signal), {
			title: 'Other',
			body: 'because',
		});
		t.like(await stage.forge.update(number, { body: '' }, signal), { title: 'Other', body: '' });
		const both = { title: 'Fail over', body: 'x' };
		t.like(await stage.forge.update(number, both, signal), both);
		t.like(await stage.forge.read(number, signal), { ...both, state: 'open', head: branch });
	});

	test(`${name}: hostile and long texts stay what they are`, async (t) => {
		const stage = await open(t);
		const body = `${hostileText}\n\n<!-- hidden: {"a": [1, "ü"]} -->\n\`\`\`mermaid\nflowchart\n\`\`\`\n`;
		const { number, pull } = await openPull(stage, { title: hostileText, body });
		t.is(pull.title, hostileText);
		t.is(pull.body.trimEnd(), body.trimEnd());
		const isLong = has(traits, 'longBodies');
		const long = `${'ü💥 0123456789\n'.repeat(isLong ? 3_400 : 260)}<!-- end -->`;
		t.true(!isLong || (Buffer.byteLength(long) > 58 * 1024 && Buffer.byteLength(long) <= 60 * 1024));
		t.is((await stage.forge.update(number, { body: long }, signal)).body, long);
		t.is((await stage.forge.read(number, signal))?.body, long);
	});

	test(`${name}: a draft is one, and stays one when its title is edited`, async (t) => {
		const stage = await open(t);
		const { number, pull, head } = await openPull(stage, { isDraft: true });
		t.like(pull, { isDraft: true, title: 'Fail over east' });
		const edited = await stage.forge.update(number, { title: 'Fail over', body: 'b' }, signal);
		t.like(edited, { isDraft: true, title: 'Fail over', body: 'b' });
		t.like(await stage.forge.read(number, signal), { isDraft: true, title: 'Fail over' });
		t.is((await stage.forge.merge(number, head, signal)).kind, 'blocked');
	});

	test(`${name}: a push to the branch moves its head, and nothing else`, async (t) => {
		const stage = await open(t);
		const { number } = await openPull(stage);
		const head = await stage.push(branch, { 'other.yaml': 'x: 1\n' });
		const read = await eventually(
			stage,
			() => stage.forge.read(number, signal),
			(each) => each?.headCommit === head,
		);
		t.like(read, { headCommit: head, state: 'open', title: 'Fail over east' });
	});
}
