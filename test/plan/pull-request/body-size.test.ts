import test from 'ava';
import fc from 'fast-check';
import type { PullRequestChange } from '../../../src/model/change.ts';
import type { PullRequestFacts } from '../../../src/model/ports/pull-request-text.ts';
import { maxBodyBytes } from '../../../src/plan/pull-request/body.ts';
import { createPullRequestText } from '../../../src/plan/pull-request/text.ts';
import { aShift } from '../../support/changes.ts';
import { hostileText } from '../../support/hostile-text.ts';
import { findEffects } from '../../support/markdown-effects.ts';
import {
	aHostileChange,
	aNote,
	anEvidence,
	aPullRequestChange,
	hostileFacts,
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

test('a body has at most 60 KiB, for 30, 1,000 and 10,000 policies with the longest names', (t) => {
	const names = { namespace: 'n'.repeat(63), cluster: 'c'.repeat(63) };
	for (const count of [30, 1_000, 10_000]) {
		const changes = Array.from({ length: count }, (_, index) =>
			aPullRequestChange({ ...names, name: `${'w'.repeat(50)}-${index}` }),
		);
		const facts = somePullRequestFacts(changes);
		const members = changes.map(({ policy, shift }) => text.memberOf(policy, shift.episode.id));
		const body = text.body(facts, aNote(facts, { members }), 'Theirs');
		const bytes = Buffer.byteLength(body);
		t.true(bytes <= maxBodyBytes, `${count}: ${bytes}`);
		const rows = body.match(/^\| `n{63}\/w/gm)?.length ?? 0;
		t.true(rows >= 30, `${count}: ${rows} rows`);
		t.is(body.includes(`And ${count - rows} more splits: see the diff.`), rows < count);
	}
});

test('32 backends, and texts of any length, fit as well', (t) => {
	const services = Array.from({ length: 32 }, (_, index) => `${'s'.repeat(60)}-${index}`);
	const shift = aShift({
		from: new Map(services.map((service, index) => [service, index === 0 ? 1 : 0])),
		to: new Map(services.map((service, index) => [service, index === 0 ? 0 : 1])),
		reasons: Array.from({ length: 40 }, () => ({ code: 'Remembered', text: 'r '.repeat(4_000) }) as const),
	});
	const seen = { seen: '€'.repeat(10_000), threshold: '`'.repeat(10_000) };
	const evidence = services.map((service) => anEvidence(service, 'Unknown', seen));
	const body = bodyFor(aPullRequestChange({ shift, evidence }));
	t.true(Buffer.byteLength(body) <= maxBodyBytes);
	t.true(body.includes('and 24 more'), 'the picture counts what it does not draw');
});

test('names that are too long beside what people wrote are left to the diff', (t) => {
	const change = aHostileChange((index) => String.fromCodePoint(0x1_d538 + index).repeat(500));
	const services = Array.from({ length: 8 }, (_, index) =>
		String.fromCodePoint(0x1_d538 + index).repeat(500),
	);
	const shift = aShift({
		from: new Map(services.map((service, index) => [service, index < 4 ? 1 : 0])),
		to: new Map(services.map((service, index) => [service, index < 4 ? 0 : 1])),
	});
	const evidence = services.map((service) => anEvidence(service, 'Unhealthy', { cluster: `${service}!` }));
	const { settings } = somePullRequestFacts();
	const facts = somePullRequestFacts([{ ...change, shift, evidence }], {
		settings: { ...settings, onCall: services },
	});
	const body = text.body(facts, aNote(facts), 'x'.repeat(100_000));
	t.true(Buffer.byteLength(body) <= maxBodyBytes);
	t.true(body.includes('too long to be shown here: see the diff'));
	t.truthy(text.readNote(body));
});

const origins = [
	'https://git.acme.example/acme/fleet/',
	'https://grafana.acme.example/d/',
	'https://wiki.acme.example/',
];

test('nothing comes of what others wrote: a body has our links, folds and marks alone', (t) => {
	t.deepEqual(findEffects(bodyOf(samples['hostile'] ?? somePullRequestFacts()), origins), []);
	t.notThrows(() =>
		fc.assert(
			fc.property(fc.array(hostileText, { minLength: 14, maxLength: 14 }), (texts) => {
				const facts = hostileFacts((index) => texts[index] ?? '');
				const body = bodyOf(facts);
				const whole = text.body(facts, aNote(facts), body) === body;
				return whole && text.readNote(body) !== undefined && findEffects(body, origins).length === 0;
			}),
			{ numRuns: 300 },
		),
	);
});
