import test from 'ava';
import fc from 'fast-check';
import { fnv1a, ownerOf, shardOf } from '../../src/model/shards.ts';

const keys = Array.from({ length: 10_000 }, (_, index) => `namespace-${index % 40}/policy-${index}`);

test('FNV-1a gives the published values', (t) => {
	// From the reference implementation's test vectors.
	t.is(fnv1a(''), 0x811c9dc5);
	t.is(fnv1a('a'), 0xe40c292c);
	t.is(fnv1a('foobar'), 0xbf9cf968);
});

test('a policy keeps its shard for ever: it says where its ledger is', (t) => {
	t.deepEqual(
		['emojivoto/emoji', 'emojivoto/voting', 'emojivoto/web', 'a/b'].map((key) => shardOf(key, 16)),
		[15, 11, 3, 2],
	);
	t.is(shardOf('emojivoto/emoji', 1), 0);
});

test('shards share the policies out evenly', (t) => {
	const counts = new Array<number>(16).fill(0);
	for (const key of keys) counts[shardOf(key, 16)] = (counts[shardOf(key, 16)] ?? 0) + 1;
	for (const count of counts) t.true(Math.abs(count - 625) < 125, String(counts));
});

const members = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 8 });

function owners(crew: readonly string[], shards: number): readonly (string | undefined)[] {
	return Array.from({ length: shards }, (_, shard) => ownerOf(shard, crew));
}

test('every shard has exactly one owner, whatever order the members are named in', (t) => {
	fc.assert(
		fc.property(members, fc.integer({ min: 1, max: 64 }), (crew, shards) => {
			const owned = owners(crew, shards);
			t.true(owned.every((owner) => owner !== undefined && crew.includes(owner)));
			t.deepEqual(owners(crew.toReversed(), shards), owned);
		}),
	);
	t.is(ownerOf(0, []), undefined);
});

test('a member that goes moves its own shards only, and one that comes takes only its own', (t) => {
	fc.assert(
		fc.property(members, fc.integer({ min: 1, max: 64 }), (crew, shards) => {
			const [leaver, ...rest] = crew;
			fc.pre(rest.length > 0);
			const before = owners(crew, shards);
			const after = owners(rest, shards);
			for (const [shard, owner] of before.entries()) {
				if (owner !== leaver) t.is(after[shard], owner);
			}
		}),
	);
});

test('members that are named alike share the shards all the same', (t) => {
	const crew = ['spillway-7d9c-a', 'spillway-7d9c-b', 'spillway-7d9c-c'];
	for (const member of crew) {
		const share = owners(crew, 300).filter((owner) => owner === member).length;
		t.true(share > 70 && share < 130, `${member} has ${share}`);
	}
});
