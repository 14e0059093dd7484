import test from 'ava';
import type { PullRequestChange } from '../../../src/model/change.ts';
import type { PullRequestFacts } from '../../../src/model/ports/pull-request-text.ts';
import { createPullRequestText } from '../../../src/plan/pull-request/text.ts';
import { aShift } from '../../support/changes.ts';
import { weights } from '../../support/policies.ts';
import {
	aNote,
	anEvidence,
	aPullRequestChange,
	decidedAt,
	manyPullRequestChanges,
	samples,
	somePullRequestFacts,
} from '../../support/pull-request-samples.ts';

const text = createPullRequestText();

function bodyOf(facts: PullRequestFacts): string {
	return text.body(facts, aNote(facts));
}

function bodyFor(change: PullRequestChange, overrides: Partial<PullRequestFacts> = {}): string {
	return bodyOf(somePullRequestFacts([change], overrides));
}

/** The first sentence, which is in bold. */
function verdictOf(body: string): string | undefined {
	return /^\*\*(.+)\*\*$/m.exec(body)?.[1];
}

test('verdict, table and choices come first; all that is looked up is folded away', (t) => {
	for (const facts of Object.values(samples)) {
		const body = bodyOf(facts);
		const parts = body.split('\n\n').slice(1);
		t.regex(parts[0] ?? '', /^\*\*.+\*\*$/);
		t.true(body.indexOf('\n|') < (body.indexOf('<details>') + 1 || body.length));
		if (facts.state !== 'open') continue;
		t.true(body.indexOf('**Merge**') < body.indexOf('```mermaid'));
		t.true(body.indexOf('```mermaid') < body.indexOf('<details>'));
	}
});

test('part of the traffic, and several backends, are told in one sentence', (t) => {
	const shift = aShift({
		from: weights({ 'web-a': 1, 'web-b': 1, 'web-c': 2, 'web-west': 0 }),
		to: weights({ 'web-a': 0, 'web-b': 0, 'web-c': 2, 'web-west': 2 }),
	});
	const evidence = [
		anEvidence('web-a', 'Unhealthy'),
		anEvidence('web-b', 'Unhealthy'),
		anEvidence('web-c', 'Healthy'),
		anEvidence('web-west', 'Healthy', { cluster: 'east' }),
	];
	const body = bodyFor(aPullRequestChange({ shift, evidence }));
	t.is(
		verdictOf(body),
		'`web-a` and `web-b` are unhealthy, so 50% of the traffic of `shop/web` is to go to `web-west`.',
	);
	t.true(body.includes('| `web-c` | 50% | 50% | healthy<br>3 of 3 ready |'));
	t.true(body.includes('s0 -- "50%" --> s0b2["web-c"]'));
});

test('where health does not tell why, the first reason does', (t) => {
	const evidence = [anEvidence('web-east', 'Unknown'), anEvidence('web-west', 'Healthy')];
	t.is(
		verdictOf(bodyFor(aPullRequestChange({ evidence }))),
		'All traffic of `shop/web` is to go from `web-east` in `east` to `web-west` in `west`: `web-east` is unhealthy: 0 ready endpoints, minReady is 1.',
	);
});

test('the answer to a late merge says what it takes back', (t) => {
	const change = aPullRequestChange({
		shift: {
			move: 'failback',
			reasons: [{ code: 'Remembered', text: 'acme/fleet#7 was merged 2h too late' }],
		},
	});
	const urgent = { ...change, edit: { ...change.edit, urgent: true as const } };
	t.true(verdictOf(bodyFor(urgent))?.endsWith(': `acme/fleet#7` was merged `2h` too late.'));
	const both = [urgent, { ...urgent, policy: 'shop/cart' }];
	t.is(
		verdictOf(bodyOf(somePullRequestFacts(both))),
		'The traffic of 2 splits on `east` is to return, as it was moved by a merge that came too late.',
	);
});

test('a withdrawn one says why and since when, even where nobody knows any more what it was about', (t) => {
	const state = { at: decidedAt, why: 'web-east is healthy.' };
	const body = bodyOf(somePullRequestFacts([], { state }));
	t.is(verdictOf(body), 'Not needed any more since 2026-11-21 18:14:56 UTC: `web-east` is healthy.');
	t.false(body.includes('|'));
	t.false(body.includes('- [ ]'));
	t.true(body.includes('Do not merge it'));
});

test('the title in the note stays where nothing is known of the changes any more', (t) => {
	const before = bodyOf(somePullRequestFacts());
	const gone = somePullRequestFacts([], { state: { at: decidedAt, why: 'over' } });
	t.is(text.readNote(text.body(gone, aNote(gone), before))?.title, 'failover(shop/web): east → west');
});

test('links are filled in, encoded, and lead to pages only', (t) => {
	const links = [
		{ title: 'Board [x](y)', url: 'https://grafana.acme.example/d?q={{weights}}&x=`|">' },
		{ title: 'None', url: 'javascript:alert("{{policy}}")' },
		{ title: 'Secret', url: 'https://user:token@acme.example/' },
		{ title: 'Far', url: `https://acme.example/${'x'.repeat(3_000)}` },
		{ title: 'Broken', url: '{{policy}}' },
	];
	const { settings } = somePullRequestFacts();
	const body = bodyFor(aPullRequestChange(), { settings: { ...settings, links } });
	t.true(
		body.includes(
			'\n- [Board `[x](y`)](<https://grafana.acme.example/d?q=web-east%201%20%E2%86%92%200%2C%20web-west%200%20%E2%86%92%201&amp;x=%60%7C%22%3E>)\n',
		),
	);
	for (const gone of ['javascript', 'token', 'None', 'Far', 'Broken']) t.false(body.includes(gone), gone);
	const { fileUrl: _, ...plain } = somePullRequestFacts();
	t.true(bodyOf(plain).includes('- Policy: `policies/shop/web.yaml`\n'));
});

function digestOf(facts: PullRequestFacts): string | undefined {
	return text.readNote(bodyOf(facts))?.digest;
}

test('the digest stays while nothing changes that people read', (t) => {
	const change = aPullRequestChange();
	const digest = digestOf(somePullRequestFacts([change]));
	const newer = { ...change, edit: { ...change.edit, policyCommit: 'f'.repeat(40) } };
	t.is(digestOf(somePullRequestFacts([newer], { baseCommit: 'e'.repeat(40) })), digest);
	const facts = somePullRequestFacts([change]);
	const noted = aNote(facts, { done: ['labels'], reopened: 3, members: [text.memberOf('a/b', 'c')] });
	t.is(text.readNote(text.body(facts, noted, 'Theirs'))?.digest, digest);
	const [one, two] = manyPullRequestChanges(2);
	if (one === undefined || two === undefined) return t.fail();
	t.is(digestOf(somePullRequestFacts([two, one])), digestOf(somePullRequestFacts([one, two])));
});

test('the digest changes with the weights, the evidence, the timers and what people said', (t) => {
	const change = aPullRequestChange();
	const shift = { ...change.shift, to: weights({ 'web-east': 1, 'web-west': 9 }) };
	const others = [
		somePullRequestFacts([{ ...change, shift }]),
		somePullRequestFacts([
			{ ...change, evidence: [anEvidence('web-east', 'Unhealthy', { seen: '1 of 3 ready' })] },
		]),
		somePullRequestFacts([{ ...change, rungs: change.rungs.slice(1) }]),
		somePullRequestFacts([change], { controls: { hastened: 1 } }),
		somePullRequestFacts([change], { state: { at: decidedAt, why: 'over' } }),
	];
	t.is(new Set([somePullRequestFacts([change]), ...others].map(digestOf)).size, others.length + 1);
});
