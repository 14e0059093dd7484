import test from 'ava';
import fc from 'fast-check';
import type { PullRequestNote } from '../../../src/model/ports/pull-request-text.ts';
import { createPullRequestText } from '../../../src/plan/pull-request/text.ts';
import { hostileText } from '../../support/hostile-text.ts';
import {
	aNote,
	aPullRequestChange,
	manyPullRequestChanges,
	somePullRequestFacts,
} from '../../support/pull-request-samples.ts';

const text = createPullRequestText();
const facts = somePullRequestFacts();

test('what is noted is read back, with the title and a digest', (t) => {
	const members = [text.memberOf('shop/web', 'shop/web-1'), text.memberOf('shop/cart', 'shop/cart-1')];
	const note = aNote(facts, {
		members,
		done: ['labels', 'rung:0 ü…'],
		reopened: 2,
		withdrawnAt: 1_750_000_000_000,
	});
	const read = text.readNote(text.body(facts, note));
	t.like(read, { ...note, title: 'failover(shop/web): east → west' });
	t.regex(read?.digest ?? '', /^[\w-]{8}$/);
});

test('a member is told by its policy, and by its policy and episode', (t) => {
	const member = text.memberOf('shop/web', 'a');
	t.deepEqual(text.memberOf('shop/web', 'a'), member);
	t.is(text.memberOf('shop/web', 'b').policy, member.policy);
	t.not(text.memberOf('shop/web', 'b').episode, member.episode);
	t.not(text.memberOf('shop/cart', 'a').policy, member.policy);
	t.not(text.memberOf('shop/cart', 'a').episode, member.episode);
});

test('10,000 policies have 10,000 fingerprints', (t) => {
	const prints = Array.from({ length: 10_000 }, (_, index) => text.memberOf(`shop/web-${index}`, 'e'));
	t.is(new Set(prints.map(({ policy }) => policy)).size, 10_000);
	t.is(new Set(prints.map(({ episode }) => episode)).size, 10_000);
});

test('1,000 members are listed; of 10,000 the note says that there are too many', (t) => {
	const changes = manyPullRequestChanges(1);
	const membersOf = (count: number) =>
		Array.from({ length: count }, (_, index) => text.memberOf(`shop/web-${index}`, `e-${index}`));
	const readOf = (count: number): PullRequestNote | undefined =>
		text.readNote(
			text.body(somePullRequestFacts(changes), aNote(facts, { members: membersOf(count), done: ['x'] })),
		);
	const [listed, counted] = [readOf(1_000), readOf(10_000)];
	t.deepEqual(listed?.members, membersOf(1_000));
	t.is(listed?.allMembers, undefined);
	t.deepEqual(counted?.members, []);
	t.true(counted?.allMembers);
	t.deepEqual(counted?.done, ['x']);
});

test('a body without a note, or with a broken one, has none', (t) => {
	const body = text.body(facts, aNote(facts));
	const content = /spillway:note (\S+)/.exec(body)?.[1] ?? '';
	t.truthy(text.readNote(body));
	t.is(text.readNote(''), undefined);
	t.is(text.readNote('Hello'), undefined);
	t.is(text.readNote(body.replace(content, content.slice(0, 40))), undefined);
	t.is(text.readNote(body.replace(content, btoa('null'))), undefined);
	t.is(text.readNote(body.replace(content, btoa('{"version":2}'))), undefined);
	for (const field of ['version', 'move', 'group', 'title', 'digest', 'members', 'done', 'reopened']) {
		const fields = { ...(JSON.parse(atob(content)) as object), [field]: {} };
		t.is(
			text.readNote(body.replace(content, Buffer.from(JSON.stringify(fields)).toString('base64'))),
			undefined,
			field,
		);
	}
});

test('a note survives lost marks; of two notes neither is believed', (t) => {
	const body = text.body(facts, aNote(facts));
	const bare = body.replace('<!-- spillway:end -->', '');
	t.truthy(text.readNote(bare));
	t.is(text.readNote(`${bare}\n${bare}`), undefined);
	// One that somebody pasted beside our part does not count.
	t.truthy(text.readNote(`${/<!-- spillway:note .*-->/.exec(body)?.[0]}\n\n${body}`));
});

test('any group, title and steps are read back', (t) => {
	t.notThrows(() =>
		fc.assert(
			fc.property(hostileText, fc.array(hostileText, { maxLength: 3 }), (name, done) => {
				const given = somePullRequestFacts([aPullRequestChange()], { group: { move: 'failback', name } });
				const read = text.readNote(text.body(given, aNote(given, { done })));
				const kept = done.filter((step) => step.length <= 120);
				return read?.group.name === name && JSON.stringify(read.done) === JSON.stringify(kept);
			}),
		),
	);
});
