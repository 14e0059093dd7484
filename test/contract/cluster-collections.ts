import test, { type ExecutionContext } from 'ava';
import type { Collection, Resource } from '../../src/model/ports/cluster.ts';
import { type ChangeLog, createChangeLog } from '../support/change-log.ts';
import { aNamespace, aSplit } from '../support/kubernetes-objects.ts';
import { splits } from '../support/watch-wire.ts';
import type { ClusterFixture } from './cluster.ts';

type Make = (t: ExecutionContext) => Promise<ClusterFixture>;

const { signal } = new AbortController();
const configMaps: Resource = { group: '', versions: ['v1'], plural: 'configmaps' };
const ref = { resource: splits.resource, namespace: 'emojivoto', name: 'emoji-svc', version: 'v1alpha2' };

/** Collections by label, of all namespaces, and of types that may not be served. */
export function collectionContract(name: string, make: Make, makeServing: Make | undefined): void {
	selectorContract(name, make);
	everywhereContract(name, make);
	optionalContract(name, make);
	if (makeServing !== undefined) servingContract(name, makeServing);
}

function selectorContract(name: string, make: Make): void {
	test(`${name}: reflect by a label tells of what has it, and of what loses it as deleted`, async (t) => {
		const fixture = await makeNamespace(t, make);
		await fixture.seed(labelled('plain-svc', {}));
		await fixture.seed(labelled('emoji-svc', { app: 'emoji' }));
		const log = startReflection(t, fixture, { ...splits, labelSelector: 'app in (emoji,web)' });
		await log.until(() => log.count('reset') === 1);
		t.deepEqual(knownNames(log), ['emoji-svc']);
		await fixture.seed(labelled('vote-svc', { app: 'vote' }));
		await fixture.seed(labelled('web-svc', { app: 'web' }));
		await log.until(() => log.known().has('web-svc'));
		await fixture.cluster.patch(
			ref,
			[{ op: 'replace', path: '/metadata/labels/app', value: 'vote' }],
			signal,
		);
		await log.until(() => log.count('deleted') === 1);
		t.deepEqual(knownNames(log), ['web-svc']);
	});

	test(`${name}: reflect by a label's presence`, async (t) => {
		const fixture = await makeNamespace(t, make);
		await fixture.seed(labelled('plain-svc', {}));
		await fixture.seed(labelled('emoji-svc', { app: '' }));
		const log = startReflection(t, fixture, { ...splits, labelSelector: 'app' });
		await log.until(() => log.count('reset') === 1);
		t.deepEqual(knownNames(log), ['emoji-svc']);
	});
}

function everywhereContract(name: string, make: Make): void {
	test(`${name}: reflect without a namespace tells of all, each with its own`, async (t) => {
		const fixture = await makeNamespace(t, make);
		await fixture.seed(aNamespace('elsewhere'));
		const key = `contract-${crypto.randomUUID()}`;
		const settings = (where: string) => ({
			apiVersion: 'v1',
			kind: 'ConfigMap',
			metadata: { name: `in-${where}`, namespace: where, labels: { [key]: '' } },
		});
		await fixture.seed(settings('emojivoto'));
		const decode = () => '';
		const log = startReflection(t, fixture, { resource: configMaps, labelSelector: key, decode });
		await log.until(() => log.count('reset') === 1);
		await fixture.seed(settings('elsewhere'));
		await log.until(() => log.count('applied') === 1);
		const places = [...log.known().values()].map((item) => `${item.namespace}/${item.name}`);
		t.deepEqual(places, ['emojivoto/in-emojivoto', 'elsewhere/in-elsewhere']);
		await fixture.remove({ resource: configMaps, namespace: 'elsewhere', name: 'in-elsewhere' });
		await log.until(() => log.count('deleted') === 1);
		const gone = log.changes.find((change) => change.kind === 'deleted');
		t.like(gone, { namespace: 'elsewhere', name: 'in-elsewhere' });
	});
}

function optionalContract(name: string, make: Make): void {
	test(`${name}: an optional type that is not served has no objects, and is no problem`, async (t) => {
		const fixture = await make(t);
		const resource = { group: 'nowhere.example.com', versions: ['v1'], plural: 'things' };
		const log = startReflection(t, fixture, { resource, optional: true, decode: () => '' });
		await log.until(() => log.count('reset') === 1);
		t.deepEqual(knownNames(log), []);
		t.deepEqual(log.problems(), []);
	});

	test(`${name}: a type that is not served is a problem where it is not optional`, async (t) => {
		const fixture = await make(t);
		const resource = { ...splits.resource, versions: ['v9'] };
		const log = startReflection(t, fixture, { resource, decode: () => '' });
		await log.until(() => log.count('problem') === 1);
		t.is(log.problems()[0]?.code, 'E_CRD_MISSING');
	});
}

function requireServing({ serve }: ClusterFixture): NonNullable<ClusterFixture['serve']> {
	if (serve === undefined) throw new Error('this server serves what it serves');
	return serve;
}

/** What takes a server whose types can come and go. */
function servingContract(name: string, make: Make): void {
	test(`${name}: an optional type is read once it is served, and is empty once it is not`, async (t) => {
		const fixture = await makeNamespace(t, make);
		const serve = requireServing(fixture);
		await fixture.seed(labelled('emoji-svc', {}));
		await serve(splits.resource, []);
		const log = startReflection(t, fixture, { ...splits, optional: true });
		await log.until(() => log.count('reset') === 1);
		t.deepEqual(knownNames(log), []);
		await serve(splits.resource, ['v1alpha1', 'v1alpha2']);
		await log.until(() => log.known().has('emoji-svc'));
		await serve(splits.resource, []);
		await log.until(() => log.known().size === 0);
		t.is(log.changes.findLast(({ kind }) => kind === 'reset' || kind === 'deleted')?.kind, 'reset');
	});

	test(`${name}: a version that is dropped is read in the next one`, async (t) => {
		const fixture = await makeNamespace(t, make);
		const serve = requireServing(fixture);
		await fixture.seed(labelled('emoji-svc', {}));
		const log = createChangeLog<string | undefined>();
		const collection = { ...splits, decode: (object: { readonly apiVersion?: string }) => object.apiVersion };
		runReflection(t, (stopping) => fixture.cluster.reflect(collection, log.sink, stopping));
		await log.until(() => log.count('reset') === 1);
		t.is(log.known().get('emoji-svc')?.value, 'split.smi-spec.io/v1alpha2');
		await serve(splits.resource, ['v1alpha1']);
		await log.until(() => log.known().get('emoji-svc')?.value === 'split.smi-spec.io/v1alpha1');
		t.is((await fixture.cluster.read(ref, signal))?.apiVersion, 'split.smi-spec.io/v1alpha1');
		t.is((await fixture.cluster.patch(ref, [], signal)).kind, 'missing');
	});
}

function labelled(name: string, labels: Readonly<Record<string, string>>): ReturnType<typeof aSplit> {
	return aSplit({ metadata: { name, labels } });
}

async function makeNamespace(t: ExecutionContext, make: Make): Promise<ClusterFixture> {
	const fixture = await make(t);
	await fixture.seed(aNamespace());
	return fixture;
}

function startReflection(
	t: ExecutionContext,
	{ cluster }: ClusterFixture,
	collection: Collection<string>,
): ChangeLog<string> {
	const log = createChangeLog<string>();
	runReflection(t, (stopping) => cluster.reflect(collection, log.sink, stopping));
	return log;
}

/** Until the end of the test, where it must come to an end by itself. */
export function runReflection(t: ExecutionContext, run: (stopping: AbortSignal) => Promise<void>): void {
	const stopping = new AbortController();
	const done = run(stopping.signal);
	t.teardown(() => {
		stopping.abort();
		return done;
	});
}

function knownNames(log: Pick<ChangeLog<unknown>, 'known'>): readonly string[] {
	return [...log.known().keys()].sort();
}
