import test from 'ava';
import fc from 'fast-check';
import { createContestedTarget, overlappingEpochs } from '../../support/contested-target.ts';
import { type Replica, startReplicas, type Trouble } from '../../support/replicas.ts';

/** One thing that happens to one of three replicas, and how long after it the next one does. */
interface Incident {
	readonly who: number;
	readonly what:
		| { readonly kind: 'cut' | 'heal' | 'pause' | 'resume' | 'restart' | 'stop' | 'freeze' }
		| { readonly kind: 'trouble'; readonly trouble: Trouble | undefined }
		/** To whom the Lease is edited by hand. */
		| { readonly kind: 'steal'; readonly holder: string };
	readonly then: number;
}

const incidents: fc.Arbitrary<readonly Incident[]> = fc.array(
	fc.record({
		who: fc.nat(2),
		what: fc.oneof(
			{
				weight: 4,
				arbitrary: fc.record({
					kind: fc.constantFrom(
						...(['cut', 'heal', 'pause', 'resume', 'restart', 'stop', 'freeze'] as const),
					),
				}),
			},
			{
				weight: 2,
				arbitrary: fc.record({
					kind: fc.constant('trouble' as const),
					trouble: fc.constantFrom(undefined, ...(['refuse', 'drop', 'lose-answer', 'hang'] as const)),
				}),
			},
			{
				weight: 1,
				arbitrary: fc.record({
					kind: fc.constant('steal' as const),
					holder: fc.constantFrom('', 'somebody', 'a', 'b', 'c'),
				}),
			},
		),
		then: fc.constantFrom(50, 700, 2_100, 5_000, 11_000, 16_000),
	}),
	{ minLength: 1, maxLength: 12 },
);

test('F-056, F-057, F-064, F-066 in no history of cuts, pauses, crashes, lost answers and thefts do two lead at one instant', async (t) => {
	t.timeout(120_000);
	let handovers = 0;
	await fc.assert(
		fc.asyncProperty(incidents, async (history) => {
			const played = await play(history);
			t.deepEqual(played.overlaps, []);
			t.deepEqual(overlappingEpochs(played.writes), []);
			t.is(played.leaders.length, 1, 'once all is well somebody leads');
			handovers += new Set(played.writes).size - 1;
		}),
		{ numRuns: 60 },
	);
	t.true(handovers > 30, `${handovers} handovers`);
});

interface Played {
	readonly overlaps: readonly string[];
	readonly writes: readonly string[];
	/** At the end, when nothing was wrong for a while. */
	readonly leaders: readonly string[];
}

async function play(history: readonly Incident[]): Promise<Played> {
	const world = startReplicas();
	const target = createContestedTarget(world);
	const names = ['a', 'b', 'c'];
	let restarts = 0;
	let seed = 1;
	const random = (): number => {
		seed = (seed * 48_271) % 2_147_483_647;
		return seed / 2_147_483_647;
	};
	const start = (name: string): Replica => {
		const replica = world.start(name, { random });
		target.contest(replica);
		return replica;
	};
	const replicas = names.map(start);
	const heals = new Map<Replica, (() => void)[]>();
	const all: Replica[] = [...replicas];
	const killed = new Set<Replica>();
	const cut = (replica: Replica, kind: 'unreachable' | 'freeze-watches'): void => {
		heals.set(replica, [...(heals.get(replica) ?? []), replica.network.faults.inject({ kind })]);
	};
	const heal = (replica: Replica): void => {
		for (const each of heals.get(replica) ?? []) each();
		heals.delete(replica);
	};
	const replace = (who: number): void => {
		restarts += 1;
		replicas[who] = start(`${names[who]}-${restarts}`);
		all.push(replicas[who]);
	};
	for (const { who, what, then } of history) {
		const replica = replicas[who] as Replica;
		if (what.kind === 'cut') cut(replica, 'unreachable');
		else if (what.kind === 'freeze') cut(replica, 'freeze-watches');
		else if (what.kind === 'heal') heal(replica);
		else if (what.kind === 'pause') replica.pause();
		else if (what.kind === 'resume') replica.resume();
		else if (what.kind === 'trouble') replica.trouble(what.trouble);
		else if (what.kind === 'stop') {
			void replica.stop();
			replace(who);
		} else if (what.kind === 'restart') {
			replica.kill();
			killed.add(replica);
			replace(who);
		} else if (what.kind === 'steal' && world.lease() !== undefined) world.editLease({ holderIdentity: what.holder });
		await world.clock.advance(then);
	}
	for (const replica of all.filter((each) => !killed.has(each))) {
		replica.trouble(undefined);
		heal(replica);
		replica.resume();
	}
	await world.clock.advance(40_000);
	const { overlaps } = world;
	return { overlaps, writes: target.history, leaders: world.leaders() };
}
