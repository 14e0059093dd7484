import test, { type ExecutionContext } from 'ava';
import type {
	Cluster,
	KubernetesObject,
	ObjectRef,
	PatchOperation,
	Resource,
} from '../../src/model/ports/cluster.ts';
import { type ChangeLog, createChangeLog } from '../support/change-log.ts';
import { aNamespace, aSplit, type NewObject } from '../support/kubernetes-objects.ts';
import { splits } from '../support/watch-wire.ts';
import { collectionContract, runReflection } from './cluster-collections.ts';
import { writeContract } from './cluster-writes.ts';

/** A cluster under test, and the other side of it. Each effect has taken place when its call has resolved. */
export interface ClusterFixture {
	readonly cluster: Cluster;
	/** Creates an object, as somebody else would. */
	seed(object: NewObject): void | Promise<void>;
	remove(ref: ObjectRef): void | Promise<void>;
	/** Forgets the history, so that no watch can go on from what it has seen. */
	compact(): void | Promise<void>;
	/** Breaks every open watch, and lets none open again before `meanwhile` is over. */
	cutWatches(meanwhile: () => Promise<void>): Promise<void>;
	/** Serves a type in these of its versions, and in no other; absent where a server cannot be made to. */
	serve?(type: Pick<Resource, 'group' | 'plural'>, versions: readonly string[]): void | Promise<void>;
	/** Brings about the next proof of life of a watch without news, as time would. */
	proveLife(): void | Promise<void>;
}

type Make = (t: ExecutionContext) => Promise<ClusterFixture>;

const { signal } = new AbortController();
const ref = { resource: splits.resource, namespace: 'emojivoto', name: 'emoji-svc', version: 'v1alpha2' };
const events = { group: '', versions: ['v1'], plural: 'events' };

/** Make clusters that can forget their history, or serve a type or not; `undefined` leaves out what needs one. */
type SpecialMakes = Readonly<Record<'makeForgetful' | 'makeServing', Make | undefined>>;

/** What every implementation of the port has to do. */
export function clusterContract(
	name: string,
	make: Make,
	{ makeForgetful, makeServing }: SpecialMakes = { makeForgetful: make, makeServing: make },
): void {
	reflectContract(name, make);
	gapContract(name, make, false);
	if (makeForgetful !== undefined) gapContract(name, makeForgetful, true);
	patchContract(name, make);
	readContract(name, make);
	writeContract(name, make);
	collectionContract(name, make, makeServing);
}

function reflectContract(name: string, make: Make): void {
	test(`${name}: reflect lists first, then tells what is applied and deleted`, async (t) => {
		const fixture = await makeSplit(t, make);
		const log = startReflection(t, fixture);
		await log.until(() => log.count('reset') === 1);
		t.is(log.changes[0]?.kind, 'reset');
		t.deepEqual(knownNames(log), ['emoji-svc']);
		await fixture.seed(aSplit({ metadata: { name: 'web-svc' } }));
		await log.until(() => log.count('applied') === 1);
		t.deepEqual(knownNames(log), ['emoji-svc', 'web-svc']);
		await fixture.remove(ref);
		await log.until(() => log.count('deleted') === 1);
		t.deepEqual(knownNames(log), ['web-svc']);
	});

	test(`${name}: reflect tells nothing of other namespaces`, async (t) => {
		const fixture = await makeSplit(t, make);
		await fixture.seed(aNamespace('elsewhere'));
		await fixture.seed(aSplit({ metadata: { name: 'far-svc', namespace: 'elsewhere' } }));
		const log = startReflection(t, fixture);
		await log.until(() => log.count('reset') === 1);
		await fixture.seed(aSplit({ metadata: { name: 'farther-svc', namespace: 'elsewhere' } }));
		await fixture.seed(aSplit({ metadata: { name: 'web-svc' } }));
		await log.until(() => log.known().has('web-svc'));
		t.deepEqual(knownNames(log), ['emoji-svc', 'web-svc']);
	});

	test(`${name}: reflect proves life without news`, async (t) => {
		const fixture = await makeSplit(t, make);
		const log = startReflection(t, fixture);
		await log.until(() => log.count('reset') === 1);
		await fixture.seed(aSplit({ metadata: { name: 'web-svc' } }));
		await log.until(() => log.count('applied') === 1);
		const before = log.count('alive');
		await fixture.proveLife();
		await log.until(() => log.count('alive') > before);
		t.deepEqual(knownNames(log), ['emoji-svc', 'web-svc']);
	});

	test(`${name}: an object that cannot be read is reported and left out, listed or watched`, async (t) => {
		const fixture = await makeSplit(t, make);
		await fixture.seed(aSplit({ metadata: { name: 'broken-svc' } }));
		const log = createChangeLog<string>();
		const decode = (object: KubernetesObject) => {
			if (object.metadata.name.startsWith('broken')) throw new Error('broken on purpose');
			return splits.decode(object);
		};
		runReflection(t, (stopping) => fixture.cluster.reflect({ ...splits, decode }, log.sink, stopping));
		await log.until(() => log.count('problem') === 1);
		await fixture.seed(aSplit({ metadata: { name: 'broken-too-svc' } }));
		await log.until(() => log.count('problem') === 2);
		t.deepEqual(knownNames(log), ['emoji-svc']);
		t.deepEqual(
			log.problems().map(({ code }) => code),
			['E_OBJECT_INVALID', 'E_OBJECT_INVALID'],
		);
	});
}

function gapContract(name: string, make: Make, compacted: boolean): void {
	const gap = compacted ? 'that history has forgotten' : 'that history still has';
	test(`${name}: reflect makes up for a gap ${gap}`, async (t) => {
		const fixture = await makeSplit(t, make);
		const log = startReflection(t, fixture);
		await fixture.seed(aSplit({ metadata: { name: 'web-svc' } }));
		await log.until(() => log.known().has('web-svc'));
		await fixture.cutWatches(async () => {
			await fixture.remove(ref);
			await fixture.seed(aSplit({ metadata: { name: 'vote-svc' } }));
			if (compacted) await fixture.compact();
		});
		await log.until(() => log.known().has('vote-svc') && !log.known().has('emoji-svc'));
		t.deepEqual(knownNames(log), ['vote-svc', 'web-svc']);
		t.is(log.count('reset'), compacted ? 2 : 1);
	});
}

function patchContract(name: string, make: Make): void {
	for (const [title, write, kind] of patches) {
		test(`${name}: patch: ${title}`, async (t) => {
			const fixture = await makeSplit(t, make);
			const before = await requireObject(fixture.cluster);
			const outcome = await fixture.cluster.patch(ref, write(before), signal);
			t.is(outcome.kind, kind);
			const after = await requireObject(fixture.cluster);
			t.is(weightOf(after), kind === 'written' ? 7 : 1);
			if (outcome.kind === 'written') t.deepEqual(outcome.object, after);
		});
	}

	test(`${name}: patch: the value already there changes no version`, async (t) => {
		const { cluster } = await makeSplit(t, make);
		const before = await requireObject(cluster);
		const outcome = await cluster.patch(ref, [setWeight(1)], signal);
		t.is(outcome.kind, 'written');
		t.deepEqual(await requireObject(cluster), before);
	});

	test(`${name}: patch: an object that does not exist is missing`, async (t) => {
		const { cluster } = await makeSplit(t, make);
		const outcome = await cluster.patch({ ...ref, name: 'nobody' }, [setWeight(7)], signal);
		t.is(outcome.kind, 'missing');
	});

	test(`${name}: patch: of twenty with the same precondition one wins`, async (t) => {
		const { cluster } = await makeSplit(t, make);
		const { resourceVersion } = (await requireObject(cluster)).metadata;
		const outcomes = await Promise.all(
			Array.from({ length: 20 }, (_, index) =>
				cluster.patch(ref, [setVersion(resourceVersion), setWeight(index + 2)], signal),
			),
		);
		const kinds = outcomes.map(({ kind }) => kind).sort();
		t.deepEqual(kinds, [...Array.from({ length: 19 }, () => 'conflict'), 'written']);
	});
}

type Write = (live: KubernetesObject) => readonly PatchOperation[];

const nameOfFirst = '/spec/backends/0/service';

/** What kube-apiserver 1.36 answers, asked one by one. */
const patches: readonly (readonly [string, Write, 'written' | 'conflict' | 'refused'])[] = [
	['without precondition is applied', () => [setWeight(7)], 'written'],
	[
		'with every precondition true is applied',
		({ metadata: { uid, resourceVersion } }) => [
			expectValue('/metadata/uid', uid),
			expectValue('/metadata/resourceVersion', resourceVersion),
			expectValue(nameOfFirst, 'emoji-svc'),
			setVersion(resourceVersion),
			setWeight(7),
		],
		'written',
	],
	['of a stale version is a conflict', () => [setVersion('1'), setWeight(7)], 'conflict'],
	[
		'that tests a stale version is a conflict',
		() => [expectValue('/metadata/resourceVersion', '1'), setWeight(7)],
		'conflict',
	],
	['of another uid is a conflict', () => [expectValue('/metadata/uid', 'x'), setWeight(7)], 'conflict'],
	['of another name is a conflict', () => [expectValue(nameOfFirst, 'web-svc'), setWeight(7)], 'conflict'],
	[
		'of a backend that is not there is a conflict',
		() => [{ op: 'replace', path: '/spec/backends/9/weight', value: 7 }],
		'conflict',
	],
	['with a string where a number belongs is refused', () => [setWeight('7')], 'refused'],
];

function readContract(name: string, make: Make): void {
	test(`${name}: read gives the object in the first version asked for`, async (t) => {
		const { cluster } = await makeSplit(t, make);
		const resource = { ...ref.resource, versions: ['v9', 'v1alpha1', 'v1alpha2'] };
		const object = await cluster.read({ ...ref, resource }, signal);
		t.is(object?.metadata.name, 'emoji-svc');
		t.is(object?.apiVersion, 'split.smi-spec.io/v1alpha1');
	});

	test(`${name}: read gives undefined for what does not exist`, async (t) => {
		const { cluster } = await makeSplit(t, make);
		t.is(await cluster.read({ ...ref, name: 'nobody' }, signal), undefined);
	});

	test(`${name}: createEvent makes one Event a call, about the target`, async (t) => {
		const { cluster } = await makeSplit(t, make);
		const { uid } = (await requireObject(cluster)).metadata;
		const apiVersion = 'split.smi-spec.io/v1alpha2';
		const regarding = { ...ref, kind: 'TrafficSplit', apiVersion, uid };
		const event = { regarding, type: 'Normal', reason: 'FailedOver', note: 'emoji-svc 0' } as const;
		await cluster.createEvent(event, signal);
		await cluster.createEvent(event, signal);
		const log = createChangeLog<unknown>();
		const decode = ({ involvedObject, reason, message }: KubernetesObject) => {
			const { kind, name: about } = involvedObject as Readonly<Record<string, unknown>>;
			return { kind, about, reason, message };
		};
		const collection = { resource: events, namespace: 'emojivoto', decode };
		runReflection(t, (stopping) => cluster.reflect(collection, log.sink, stopping));
		await log.until(() => log.count('reset') === 1);
		const expected = {
			kind: 'TrafficSplit',
			about: 'emoji-svc',
			reason: 'FailedOver',
			message: 'emoji-svc 0',
		};
		t.deepEqual(
			[...log.known().values()].map(({ value }) => value),
			[expected, expected],
		);
	});
}

async function makeSplit(t: ExecutionContext, make: Make): Promise<ClusterFixture> {
	const fixture = await make(t);
	await fixture.seed(aNamespace());
	await fixture.seed(aSplit());
	return fixture;
}

function startReflection(t: ExecutionContext, { cluster }: ClusterFixture): ChangeLog<string> {
	const log = createChangeLog<string>();
	runReflection(t, (stopping) => cluster.reflect(splits, log.sink, stopping));
	return log;
}

async function requireObject(cluster: Cluster): Promise<KubernetesObject> {
	const object = await cluster.read(ref, signal);
	if (object === undefined) throw new Error('the split is gone');
	return object;
}

function weightOf({ spec }: KubernetesObject): unknown {
	return (spec as { readonly backends: readonly { readonly weight: unknown }[] }).backends[0]?.weight;
}

function knownNames(log: Pick<ChangeLog<unknown>, 'known'>): readonly string[] {
	return [...log.known().keys()].sort();
}

function setWeight(value: unknown): PatchOperation {
	return { op: 'replace', path: '/spec/backends/0/weight', value };
}

function setVersion(value: string): PatchOperation {
	return { op: 'replace', path: '/metadata/resourceVersion', value };
}

function expectValue(path: string, value: unknown): PatchOperation {
	return { op: 'test', path, value };
}
