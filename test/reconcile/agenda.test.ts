import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { createAgenda } from '../../src/reconcile/agenda.ts';

test('keys come in the order they were added, each once', (t) => {
	const agenda = createAgenda<string>();
	for (const key of ['b', 'a', 'b', 'c']) agenda.add(key);
	t.deepEqual(
		[1, 2, 3, 4].map(() => agenda.take(0)),
		['b', 'a', 'c', undefined],
	);
});

test('a removed key does not come, neither at once nor at its time', (t) => {
	const agenda = createAgenda<string>();
	agenda.add('a');
	agenda.addAt('b', 5);
	agenda.remove('a');
	agenda.remove('b');
	t.is(agenda.take(10), undefined);
	t.is(agenda.earliest(), undefined);
});

test('a key that is asked for at once does not come again at its time', (t) => {
	const agenda = createAgenda<string>();
	agenda.addAt('a', 5);
	agenda.add('a');
	t.is(agenda.take(0), 'a');
	t.is(agenda.take(5), undefined);
});

type Step =
	| { readonly kind: 'add' | 'remove'; readonly key: string }
	| { readonly kind: 'addAt'; readonly key: string; readonly at: number }
	| { readonly kind: 'take'; readonly pass: number };

const key = fc.constantFrom('a', 'b', 'c', 'd');
const step: fc.Arbitrary<Step> = fc.oneof(
	fc.record({ kind: fc.constantFrom('add' as const, 'remove' as const), key }),
	fc.record({ kind: fc.constant('addAt' as const), key, at: fc.nat(50) }),
	fc.record({ kind: fc.constant('take' as const), pass: fc.nat(10) }),
);

/** When each key is due, as plainly as can be. */
function createModel() {
	const due = new Map<string, number>();
	return {
		ask: (name: string, at: number) => due.set(name, Math.min(at, due.get(name) ?? at)),
		drop: (name: string) => due.delete(name),
		allowed: (now: number) => [...due].filter(([, at]) => at <= now).map(([name]) => name),
		next: (now: number) => Math.min(...[...due.values()].filter((at) => at > now)),
	};
}

/** Plays steps on an agenda and beside it on the model, which say the same after each. */
function play(t: ExecutionContext, steps: readonly Step[]): void {
	const agenda = createAgenda<string>();
	const model = createModel();
	let now = 0;
	const take = (): void => {
		const allowed = model.allowed(now);
		const taken = agenda.take(now);
		t.is(taken === undefined, allowed.length === 0);
		t.true(taken === undefined || allowed.includes(taken));
		model.drop(taken ?? '');
	};
	for (const each of steps) {
		switch (each.kind) {
			case 'add':
				agenda.add(each.key);
				model.ask(each.key, now);
				break;
			case 'remove':
				agenda.remove(each.key);
				model.drop(each.key);
				break;
			case 'addAt':
				agenda.addAt(each.key, each.at);
				model.ask(each.key, each.at);
				break;
			case 'take':
				now += each.pass;
				take();
				break;
		}
		t.true((agenda.earliest() ?? Number.POSITIVE_INFINITY) <= model.next(now));
	}
}

test('the earliest time wins, nothing is lost, and nothing comes too early', (t) => {
	const steps = fc.array(step, { maxLength: 60 });
	fc.assert(
		fc.property(steps, (played) => play(t, played)),
		{ numRuns: 500 },
	);
});
