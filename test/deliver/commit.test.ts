import test from 'ava';
import { parse } from 'yaml';
import type { EditChange } from '../../src/model/change.ts';
import type { Repository } from '../../src/model/ports/repository.ts';
import type { Receipt } from '../../src/model/receipt.ts';
import type { MemoryRepository } from '../../src/simulator/memory-repository.ts';
import { deliveryContract } from '../contract/delivery.ts';
import { anEditChange, aShift, emojiTarget, policyCommit } from '../support/changes.ts';
import { startCommitStage } from '../support/commit-stage.ts';
import { splitManifest } from '../support/manifests.ts';

const path = 'clusters/east/emoji.yaml';
const { signal } = new AbortController();

/** The text after a failover: 1 becomes 0, and 0 becomes 1. */
function swapWeights(text: string): string {
	return text.replaceAll(/weight: ([01])/g, (_, weight: string) => `weight: ${1 - Number(weight)}`);
}

deliveryContract('commit', () => {
	const { repository, delivery, text, settle } = startCommitStage({ [path]: splitManifest });
	const others = () => repository.log().filter(({ message }) => message.startsWith('theirs')).length;
	return Promise.resolve({
		delivery,
		settle,
		plan: (to) => Promise.resolve(anEditChange({ shift: aShift({ to }) })),
		async read() {
			const { spec } = parse(await text(path)) as {
				spec: { backends: { service: string; weight: number }[] };
			};
			return Object.fromEntries(spec.backends.map(({ service, weight }) => [service, weight]));
		},
		writes: () => Promise.resolve(repository.log().length - 1 - others()),
		async disturb() {
			repository.commitDirectly(
				{ [path]: `# theirs\n${await text(path)}`, 'other.yaml': 'a: 1\n' },
				'theirs',
			);
			return async () =>
				(await text(path)).startsWith('# theirs\n') && (await text('other.yaml')) === 'a: 1\n';
		},
		remove: () => Promise.resolve(void repository.commitDirectly({ [path]: null }, 'theirs: removed')),
		failNext: (outcome) => repository.faults.inject({ kind: 'fail-next-pushes', times: 1, outcome }),
		cutOff: () => repository.faults.inject({ kind: 'unreachable', on: true }),
	});
});

/** Manifests, and the changes that fail each of their splits over. */
function aFleet(count: number): { files: Record<string, string>; changes: readonly EditChange[] } {
	const numbers = Array.from({ length: count }, (_, index) => index);
	return {
		files: Object.fromEntries(
			numbers.map((n) => [
				`clusters/east/s${n}.yaml`,
				splitManifest.replace('name: emoji-svc', `name: s${n}`),
			]),
		),
		changes: numbers.map((n) =>
			anEditChange({ policy: `emojivoto/s${n}`, target: { ...emojiTarget, name: `s${n}` } }),
		),
	};
}

test('1000 changes within the window are one commit, and each has its receipt', async (t) => {
	const { files, changes } = aFleet(1000);
	const { repository, delivery, settle } = startCommitStage(files);
	const receipts = await settle(Promise.all(changes.map((change) => delivery.deliver(change, signal))));
	const [newest, ...older] = repository.log();
	t.is(older.length, 1);
	t.is(newest?.files.length, 1000);
	const delivered: Receipt = {
		kind: 'delivered',
		evidence: { kind: 'committed', commit: newest?.id ?? '' },
	};
	t.deepEqual(
		new Set(receipts.map((receipt) => JSON.stringify(receipt))),
		new Set([JSON.stringify(delivered)]),
	);
});

test('changes of one file become one version of it', async (t) => {
	const [a, b] = aFleet(2).changes;
	const two = Object.values(aFleet(2).files).join('---\n');
	const { repository, delivery, text, settle } = startCommitStage({ [path]: two });
	if (a === undefined || b === undefined) return t.fail();
	await settle(Promise.all([delivery.deliver(a, signal), delivery.deliver(b, signal)]));
	t.is(repository.log().length, 2);
	t.is(await text(path), swapWeights(two));
});

test('changes that come while a commit is under way share the next one', async (t) => {
	const { files, changes } = aFleet(3);
	const { clock, repository, delivery, settle } = startCommitStage(files);
	const first = delivery.deliver(changes[0] ?? anEditChange(), signal);
	await clock.advance(60);
	const later = changes.slice(1).map((change) => delivery.deliver(change, signal));
	await settle(Promise.all([first, ...later]));
	t.deepEqual(
		repository.log().map(({ files: paths }) => paths.length),
		[2, 1, 3],
	);
});

const badManifests: readonly (readonly [
	what: string,
	files: Readonly<Record<string, string>>,
	code: string,
])[] = [
	['is missing', {}, 'E_MANIFEST_MISSING'],
	['stands in another cluster’s folder', { 'clusters/east-2/bad.yaml': splitManifest }, 'E_MANIFEST_MISSING'],
	['is no UTF-8', {}, 'E_MANIFEST_MISSING'],
	[
		'stands twice',
		{ 'clusters/east/a.yaml': splitManifest, 'clusters/east/b/c.yml': splitManifest },
		'E_MANIFEST_AMBIGUOUS',
	],
	[
		'stands twice in one file',
		{ 'clusters/east/a.yaml': `${splitManifest}---\n${splitManifest}` },
		'E_MANIFEST_AMBIGUOUS',
	],
	[
		'has a weight in quotes',
		{ 'clusters/east/a.yaml': splitManifest.replace('1\n', '"1"\n') },
		'E_MANIFEST_WEIGHT',
	],
	[
		'has a marker for one backend alone',
		{ 'clusters/east/values.yaml': 'primary: 1 # {"spillway": "emojivoto/emoji-svc:emoji-svc"}\n' },
		'E_MANIFEST_WEIGHT',
	],
	[
		'lacks a backend',
		{ 'clusters/east/a.yaml': splitManifest.replace('emoji-svc-west', 'other') },
		'E_MANIFEST_WEIGHT',
	],
];

for (const [what, files, code] of badManifests) {
	test(`a target whose manifest ${what} is left out, and its neighbours are committed`, async (t) => {
		const fleet = aFleet(3);
		const binary = what === 'is no UTF-8' ? { 'clusters/east/x.yaml': Uint8Array.of(0xff, 0xfe, 0x54) } : {};
		const { repository, delivery, settle } = startCommitStage({ ...fleet.files, ...files, ...binary });
		const [first, ...others] = fleet.changes;
		const changes = [first ?? anEditChange(), anEditChange(), ...others];
		const receipts = await settle(Promise.all(changes.map((change) => delivery.deliver(change, signal))));
		t.deepEqual(
			receipts.map(({ kind }) => kind),
			['delivered', 'rejected', 'delivered', 'delivered'],
		);
		t.like(receipts[1], { kind: 'rejected', retry: 'on-change', problem: { code } });
		t.is(repository.log()[0]?.files.length, 3);
		t.false((repository.log()[0]?.message ?? '').includes('Failover-Policy: emojivoto/emoji\n'));
	});
}

for (const [what, before] of [
	['CRLF', splitManifest.replaceAll('\n', '\r\n')],
	['a byte-order mark', `\ufeff${splitManifest}`],
	['both', `\ufeff${splitManifest.replaceAll('\n', '\r\n')}`],
] as const) {
	test(`a file with ${what} keeps every other byte`, async (t) => {
		const { repository, delivery, settle } = startCommitStage({ [path]: Buffer.from(before) });
		await settle(delivery.deliver(anEditChange(), signal));
		const file = await repository.file(await repository.refresh(signal), path, signal);
		const bytes = Buffer.from(await repository.read(file?.blob ?? '', signal));
		t.true(bytes.equals(Buffer.from(swapWeights(before))));
	});
}

test('the commit is dated by its decision, and names its policy and the commit that was read', async (t) => {
	const seen: unknown[] = [];
	const committer = { name: 'Bot', email: 'bot@example.com' };
	const wrap = (inner: MemoryRepository): Repository => ({
		...inner,
		commit: (commit, until) => {
			seen.push(commit);
			return inner.commit(commit, until);
		},
	});
	const { repository, delivery, settle } = startCommitStage(
		{ [path]: splitManifest },
		{ wrap, settings: { committer } },
	);
	await settle(delivery.deliver(anEditChange({ decidedAt: 1_750_000_123_000 }), signal));
	t.like(seen[0], {
		at: 1_750_000_123_000,
		author: { name: 'Spillway', email: 'bot@spillway.dev' },
		committer,
	});
	const message = repository.log()[0]?.message ?? '';
	t.true(message.includes('Failover-Policy: emojivoto/emoji\n'));
	t.true(message.includes(`Failover-Policy-Commit: ${policyCommit}\n`));
});

test('what may not be written any more when it is to be pushed is left out of the commit, alone', async (t) => {
	const { files, changes } = aFleet(3);
	const lost = 'emojivoto/s1';
	const stage = startCommitStage(files, { mayWrite: ({ policy }) => policy !== lost });
	const delivering = Promise.all(changes.map((change) => stage.delivery.deliver(change, signal)));
	const receipts = await stage.settle(delivering);
	t.deepEqual(
		receipts.map(({ kind }) => kind),
		['delivered', 'withheld', 'delivered'],
	);
	t.is(stage.repository.log().length, 2);
	t.is(await stage.text('clusters/east/s1.yaml'), files['clusters/east/s1.yaml'] ?? '');
});
