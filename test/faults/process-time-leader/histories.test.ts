import test from 'ava';
import fc from 'fast-check';
import { createContestedTarget, overlappingEpochs } from '../../support/contested-target.ts';
import type { Trouble } from '../../support/replica-wire.ts';
import { type Replica, startReplicas } from '../../support/replicas.ts';

/** One thing that happens to one of three replicas, and how long after it the next one does. */
interface Incident {
	readonly who: number;
	readonly what:
		| { readonly kind: 'cut' | 'heal' | 'pause' | 'resume' | 'restart' | 'stop' | 'freeze' }
		| { readonly kind: 'trouble'; readonly trouble: Trouble | undefined }
		/** To whom the Lease is edited by hand. */
		| { readonly kind: 'steal'; readonly holder: string };
	readonly lasts: number;
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
		lasts: fc.constantFrom(50, 700, 2_100, 5_000, 11_000, 16_000),
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
	const stage = setStage();
	for (const { who, what, lasts } of history) {
		if (what.kind === 'steal') stage.steal(what.holder);
		else if (what.kind === 'trouble') stage.replica(who).trouble(what.trouble);
		else stage[what.kind](who);
		await stage.world.clock.advance(lasts);
	}
	stage.mendAll();
	await stage.world.clock.advance(40_000);
	return { overlaps: stage.world.overlaps, writes: stage.history, leaders: stage.world.leaders() };
}

/** Three replicas, and what can be done to each. */
function setStage() {
	const world = startReplicas();
	const target = createContestedTarget(world);
	const names = ['a', 'b', 'c'];
	const lifts = new Map<Replica, (() => void)[]>();
	const living = new Set<Replica>();
	let starts = 0;
	let seed = 1;
	const random = (): number => {
		seed = (seed * 48_271) % 2_147_483_647;
		return seed / 2_147_483_647;
	};
	const start = (name: string): Replica => {
		starts += 1;
		const replica = world.start(starts > 3 ? `${name}-${starts}` : name, { random });
		living.add(replica);
		target.contest(replica);
		return replica;
	};
	const replicas = names.map(start);
	const replica = (who: number): Replica => replicas[who] as Replica;
	const inject = (who: number, kind: 'unreachable' | 'freeze-watches'): void => {
		const one = replica(who);
		lifts.set(one, [...(lifts.get(one) ?? []), one.network.faults.inject({ kind })]);
	};
	const lift = (one: Replica): void => {
		for (const each of lifts.get(one) ?? []) each();
		lifts.delete(one);
	};
	const replace = (who: number): void => {
		replicas[who] = start(names[who] ?? '');
	};
	return {
		world,
		history: target.history,
		replica,
		cut: (who: number) => inject(who, 'unreachable'),
		freeze: (who: number) => inject(who, 'freeze-watches'),
		heal: (who: number) => lift(replica(who)),
		pause: (who: number) => replica(who).pause(),
		resume: (who: number) => replica(who).resume(),
		stop(who: number) {
			void replica(who).stop();
			replace(who);
		},
		restart(who: number) {
			replica(who).kill();
			living.delete(replica(who));
			replace(who);
		},
		steal(holder: string) {
			if (world.lease() !== undefined) world.editLease({ holderIdentity: holder });
		},
		mendAll() {
			for (const one of living) {
				one.trouble(undefined);
				lift(one);
				one.resume();
			}
		},
	};
}
