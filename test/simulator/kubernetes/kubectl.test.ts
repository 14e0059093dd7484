import { spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import test, { type ExecutionContext } from 'ava';
import { parse } from 'yaml';
import type { EmbeddedApi } from '../../../src/simulator/kubernetes/embedded-api.ts';
import { startEmbeddedApi } from '../../support/embedded-api.ts';
import { createKubectl, hasKubectl, type Kubectl } from '../../support/kubectl.ts';

const manifest = `
apiVersion: v1
kind: Namespace
metadata: {name: emojivoto}
---
apiVersion: split.smi-spec.io/v1alpha2
kind: TrafficSplit
metadata: {name: emoji-svc, namespace: emojivoto}
spec:
  service: emoji-svc
  backends: [{service: emoji-svc, weight: 1}, {service: emoji-svc-west, weight: 0}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: emoji, namespace: emojivoto}
spec:
  selector: {matchLabels: {app: emoji}}
  template: {metadata: {labels: {app: emoji}}, spec: {containers: [{name: emoji, image: emoji}]}}
`;
const split = {
	group: 'split.smi-spec.io',
	plural: 'trafficsplits',
	namespace: 'emojivoto',
	name: 'emoji-svc',
};
const deployment = { group: 'apps', plural: 'deployments', namespace: 'emojivoto', name: 'emoji' };

const present = hasKubectl();

test('kubectl is either tried, or not there at all', (t) => {
	t.log(present ? 'kubectl is on the PATH: it is tried' : 'no kubectl on the PATH: nothing is tried with it');
	const { error, stdout } = spawnSync('kubectl', ['version', '--client'], { encoding: 'utf8' });
	if (present) t.regex(stdout, /^Client Version: v/);
	else t.like(error, { code: 'ENOENT' });
});

interface Stage {
	readonly api: EmbeddedApi;
	readonly kubectl: Kubectl;
}

function testWithKubectl(title: string, body: (t: ExecutionContext, stage: Stage) => Promise<void>): void {
	if (!present) return;
	test(title, async (t) => {
		const { api } = await startEmbeddedApi(t);
		const kubectl = await createKubectl(t, api.kubeconfig('east'));
		const applied = await kubectl.run(['apply', '-f', '-'], manifest);
		t.is(applied.code, 0, applied.stderr);
		await body(t, { api, kubectl });
	});
}

testWithKubectl(
	'kubectl apply creates, configures, and leaves alone what is as it should be',
	async (t, { kubectl }) => {
		const changed = manifest.replace('weight: 0', 'weight: 2');
		const configured = await kubectl.run(['apply', '-f', '-'], changed);
		t.is(
			configured.stdout,
			[
				'namespace/emojivoto unchanged',
				'trafficsplit.split.smi-spec.io/emoji-svc configured',
				'deployment.apps/emoji unchanged\n',
			].join('\n'),
		);
		const again = await kubectl.run(['apply', '-f', '-'], changed);
		t.regex(again.stdout, /emoji-svc unchanged/);
	},
);

testWithKubectl(
	'kubectl get lists TrafficSplits of all namespaces in the preferred version',
	async (t, { kubectl }) => {
		const { stdout } = await kubectl.run(['get', 'trafficsplits', '-A', '-o', 'yaml']);
		t.like(parse(stdout), {
			kind: 'List',
			items: [
				{
					apiVersion: 'split.smi-spec.io/v1alpha2',
					metadata: { name: 'emoji-svc', namespace: 'emojivoto' },
					spec: { backends: [{ weight: 1 }, { weight: 0 }] },
				},
			],
		});
	},
);

testWithKubectl(
	'kubectl knows the short name and says so when a type is not served',
	async (t, { kubectl }) => {
		const known = await kubectl.run(['get', 'ts', '-n', 'emojivoto', '-o', 'name']);
		t.is(known.stdout, 'trafficsplit.split.smi-spec.io/emoji-svc\n');
		const unknown = await kubectl.run(['get', 'pods']);
		t.is(unknown.code, 1);
		t.regex(unknown.stderr, /the server doesn't have a resource type "pods"/);
	},
);

testWithKubectl('kubectl scale sets the replicas', async (t, { api, kubectl }) => {
	const { stdout } = await kubectl.run(['-n', 'emojivoto', 'scale', 'deployment', 'emoji', '--replicas=0']);
	t.is(stdout, 'deployment.apps/emoji scaled\n');
	t.like(api.store.get(deployment), { spec: { replicas: 0 }, metadata: { generation: 2 } });
});

testWithKubectl(
	'kubectl patch changes a weight, and shows why a quoted one is invalid',
	async (t, { api, kubectl }) => {
		const patch = (value: unknown) =>
			kubectl.run([
				...['-n', 'emojivoto', 'patch', 'trafficsplit', 'emoji-svc', '--type=json', '-p'],
				JSON.stringify([{ op: 'replace', path: '/spec/backends/0/weight', value }]),
			]);
		t.is((await patch(7)).stdout, 'trafficsplit.split.smi-spec.io/emoji-svc patched\n');
		t.like(api.store.get(split), { spec: { backends: [{ weight: 7 }, { weight: 0 }] } });
		const quoted = await patch('7');
		t.is(quoted.code, 1);
		t.regex(quoted.stderr, /spec\.backends\[0\]\.weight: Invalid value/);
	},
);

testWithKubectl('kubectl annotate with a stale version reports the conflict', async (t, { kubectl }) => {
	const args = ['-n', 'emojivoto', 'annotate', 'ts', 'emoji-svc', 'a=b', '--resource-version=1'];
	const { code, stderr } = await kubectl.run(args);
	t.is(code, 1);
	t.regex(
		stderr,
		/\(Conflict\): Operation cannot be fulfilled on trafficsplits\.split\.smi-spec\.io "emoji-svc"/,
	);
});

testWithKubectl('kubectl get -w sees a change', async (t, { api, kubectl }) => {
	const columns = 'custom-columns=WEIGHT:.spec.backends[0].weight';
	const watching = kubectl.start(['-n', 'emojivoto', 'get', 'ts', '-w', '-o', columns, '--no-headers']);
	const lines = createInterface({ input: watching.stdout })[Symbol.asyncIterator]();
	t.is((await lines.next()).value, '1');
	api.store.patch(split, 'application/json-patch+json', [
		{ op: 'replace', path: '/spec/backends/0/weight', value: 42 },
	]);
	t.is((await lines.next()).value, '42');
});

testWithKubectl('kubectl get events shows what happened to a split', async (t, { api, kubectl }) => {
	api.store.create(
		{ group: '', plural: 'events', namespace: 'emojivoto' },
		{
			metadata: { generateName: 'emoji-svc.' },
			involvedObject: { kind: 'TrafficSplit', name: 'emoji-svc', namespace: 'emojivoto' },
			type: 'Warning',
			reason: 'FailedOver',
		},
	);
	const args = ['-n', 'emojivoto', 'get', 'events', '--field-selector', 'involvedObject.name=emoji-svc'];
	const { stdout } = await kubectl.run([...args, '-o', 'jsonpath={.items[*].reason}']);
	t.is(stdout, 'FailedOver');
});

testWithKubectl(
	'kubectl delete takes a namespace away with all that is in it',
	async (t, { api, kubectl }) => {
		const { stdout } = await kubectl.run(['delete', 'namespace', 'emojivoto']);
		t.regex(stdout, /namespace "emojivoto" deleted/);
		t.deepEqual(api.store.list(split).items, []);
	},
);

testWithKubectl('kubectl apply --server-side reports whose field it is', async (t, { api, kubectl }) => {
	const changed = manifest.replace('weight: 0', 'weight: 2');
	const args = ['apply', '--server-side', '--field-manager=flux', '-f', '-'];
	const refused = await kubectl.run(args, changed);
	t.is(refused.code, 1);
	t.regex(
		refused.stderr,
		/conflict with "kubectl-client-side-apply" using split\.smi-spec\.io\/v1alpha2: \.spec\.backends/,
	);
	const forced = await kubectl.run([...args, '--force-conflicts'], changed);
	t.is(forced.code, 0, forced.stderr);
	t.like(api.store.get(split), { spec: { backends: [{ weight: 1 }, { weight: 2 }] } });
});
