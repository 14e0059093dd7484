// Which shard a policy belongs to, and which replica a shard.
import type { PolicyKey } from './names.ts';

/** A part of the policies that is led as one: 0 … N − 1. */
export type Shard = number;

/** The same for every process and version, as long as the number of shards stays. */
export function shardOf(policy: PolicyKey, shards: number): Shard {
	return scatter(fnv1a(policy)) % shards;
}

/**
 * Rendezvous hashing: of all members, a shard belongs to the one with the highest score for it, so that a member
 * that comes or goes moves no shard but its own. `undefined` where there are no members.
 */
export function ownerOf(shard: Shard, members: Iterable<string>): string | undefined {
	let owner: string | undefined;
	let highest = -1;
	for (const member of members) {
		const score = scatter(fnv1a(`${shard} ${member}`));
		if (score > highest || (score === highest && owner !== undefined && member < owner)) {
			owner = member;
			highest = score;
		}
	}
	return owner;
}

/** 32-bit FNV-1a of the text's UTF-16 code units, low byte first. */
export function fnv1a(text: string): number {
	let hash = 0x811c9dc5;
	for (let index = 0; index < text.length; index += 1) {
		const unit = text.charCodeAt(index);
		hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
		if (unit > 0xff) hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
	}
	return hash >>> 0;
}

/** MurmurHash3's last step: names that differ in one letter come to lie far apart. */
function scatter(hash: number): number {
	let mixed = hash;
	mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
	mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
	return (mixed ^ (mixed >>> 16)) >>> 0;
}
