import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import type { Change } from '../../src/model/change.ts';
import type { Delivery } from '../../src/model/ports/delivery.ts';
import type { Receipt } from '../../src/model/receipt.ts';
import { maxWeight, undeliverable, type Weights } from '../../src/model/weights.ts';
import { weights } from '../support/policies.ts';

/** A delivery of emojivoto/emoji-svc, which stands at 1/0, and the other side of it. */
export interface DeliveryFixture {
	readonly delivery: Delivery;
	/** The change to these weights, planned on what stands there now. */
	plan(to: Weights): Promise<Change>;
	/** Lets a delivery take the time it needs. */
	settle<T>(pending: Promise<T>): Promise<T>;
	/** Weights by backend, where the delivery writes them. */
	read(): Promise<Readonly<Record<string, unknown>>>;
	/** How often the delivery has changed anything so far. */
	writes(): Promise<number>;
	/** Somebody else changes what is next to the weights. Returns whether that is still there. */
	disturb(): Promise<() => Promise<boolean>>;
	remove(): Promise<void>;
	failNext(failure: 'refused' | 'unknown-applied' | 'unknown-not-applied'): void;
	/** From now on nothing answers. */
	cutOff(): void;
}

type Make = (t: ExecutionContext) => Promise<DeliveryFixture>;

const away = weights({ 'emoji-svc': 0, 'emoji-svc-west': 1 });
const home = { 'emoji-svc': 1, 'emoji-svc-west': 0 };
const { signal } = new AbortController();

async function deliver(fixture: DeliveryFixture, to: Weights = away): Promise<Receipt> {
	const change = await fixture.plan(to);
	return await fixture.settle(fixture.delivery.deliver(change, signal));
}

/** What every way of carrying a change out holds to; `name` tells them apart. */
export function deliveryContract(name: string, make: Make): void {
	successContract(name, make);
	refusalContract(name, make);
	troubleContract(name, make);
}

function successContract(name: string, make: Make): void {
	test(`${name}: carries the weights, and brings evidence`, async (t) => {
		const fixture = await make(t);
		const receipt = await deliver(fixture);
		t.is(receipt.kind, 'delivered');
		t.truthy(receipt.kind === 'delivered' && receipt.evidence);
		t.deepEqual(await fixture.read(), Object.fromEntries(away));
		t.is(await fixture.writes(), 1);
	});

	test(`${name}: writes nothing that stands there already`, async (t) => {
		const fixture = await make(t);
		await deliver(fixture);
		const receipt = await deliver(fixture);
		t.true(receipt.kind === 'unchanged' || receipt.kind === 'delivered', receipt.kind);
		t.is(await fixture.writes(), 1);
	});

	test(`${name}: moves there and back as often as it is asked to`, async (t) => {
		const fixture = await make(t);
		for (const to of [away, weights(home), weights({ 'emoji-svc': 70, 'emoji-svc-west': 30 })]) {
			t.is((await deliver(fixture, to)).kind, 'delivered');
			t.deepEqual(await fixture.read(), Object.fromEntries(to));
		}
		t.is(await fixture.writes(), 3);
	});
}

const anyWeight = fc.oneof(
	fc.integer({ min: -5, max: 5 }),
	fc.constantFrom(0.5, Number.NaN, Number.POSITIVE_INFINITY, maxWeight, maxWeight + 1, 400_000),
);

function refusalContract(name: string, make: Make): void {
	test(`INV-01 ${name}: never writes weights that are all zero, negative, broken or too many`, async (t) => {
		const fixture = await make(t);
		const base = await fixture.plan(away);
		await fc.assert(
			fc.asyncProperty(anyWeight, anyWeight, async (a, b) => {
				const to = weights({ 'emoji-svc': a, 'emoji-svc-west': b });
				fc.pre(undeliverable(to) !== undefined);
				const change = { ...base, shift: { ...base.shift, to } };
				const receipt = await fixture.settle(fixture.delivery.deliver(change, signal));
				t.like(receipt, { kind: 'rejected', retry: 'on-change', problem: { code: 'E_ALL_ZERO' } });
			}),
		);
		t.deepEqual(await fixture.read(), home);
		t.is(await fixture.writes(), 0);
	});

	test(`${name}: what the server refuses is rejected, changes nothing, and can be tried again`, async (t) => {
		const fixture = await make(t);
		fixture.failNext('refused');
		const receipt = await deliver(fixture);
		t.true(receipt.kind === 'rejected' && receipt.retry !== 'on-change');
		t.is(await fixture.writes(), 0);
		t.is((await deliver(fixture)).kind, 'delivered');
	});

	test(`${name}: a target that is gone is rejected until something changes`, async (t) => {
		const fixture = await make(t);
		const change = await fixture.plan(away);
		await fixture.remove();
		const receipt = await fixture.settle(fixture.delivery.deliver(change, signal));
		t.like(receipt, { kind: 'rejected', retry: 'on-change' });
	});
}

function troubleContract(name: string, make: Make): void {
	for (const failure of ['unknown-applied', 'unknown-not-applied'] as const) {
		test(`${name}: after an answer was lost (${failure}) the weights are written exactly once`, async (t) => {
			const fixture = await make(t);
			fixture.failNext(failure);
			t.not((await deliver(fixture)).kind, 'rejected');
			await deliver(fixture);
			t.deepEqual(await fixture.read(), Object.fromEntries(away));
			t.is(await fixture.writes(), 1);
		});
	}

	test(`INV-25 ${name}: what somebody else changed meanwhile is kept`, async (t) => {
		const fixture = await make(t);
		const change = await fixture.plan(away);
		const isKept = await fixture.disturb();
		const receipt = await fixture.settle(fixture.delivery.deliver(change, signal));
		t.true(receipt.kind === 'conflict' || receipt.kind === 'delivered', receipt.kind);
		t.true(await isKept());
		await deliver(fixture);
		t.deepEqual(await fixture.read(), Object.fromEntries(away));
		t.true(await isKept());
		t.is(await fixture.writes(), 1);
	});

	test(`${name}: where nothing answers it says so, and does not throw`, async (t) => {
		const fixture = await make(t);
		const change = await fixture.plan(away);
		fixture.cutOff();
		const receipt = await fixture.settle(fixture.delivery.deliver(change, signal));
		t.like(receipt, { kind: 'rejected', retry: 'soon' });
		t.is(await fixture.writes(), 0);
	});

	test(`${name}: once it is to end nothing is written`, async (t) => {
		const fixture = await make(t);
		const change = await fixture.plan(away);
		const ending = AbortSignal.abort(new Error('the end'));
		const delivering = fixture.settle(fixture.delivery.deliver(change, ending));
		await t.throwsAsync(delivering, { message: 'the end' });
		t.is(await fixture.writes(), 0);
	});
}
