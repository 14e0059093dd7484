import test from 'ava';
import { readManifests } from '../../../src/simulator/world/manifests.ts';
import { aDeployment, aNamespace, aSplit } from '../../support/kubernetes-objects.ts';
import { createTip, type Files, formatManifests } from '../../support/repository-tip.ts';

const never = new AbortController().signal;

async function readFolder(files: Files) {
	const { repository } = createTip(files);
	const commit = await repository.refresh(never);
	return readManifests(repository, commit, 'clusters/east', never);
}

test('every document of every YAML file below the folder is read, with the address it has in the API', async (t) => {
	const { manifests, problems } = await readFolder({
		'clusters/east/apps/emoji.yml': formatManifests(aDeployment(), aSplit({ version: 'v1alpha1' })),
		'clusters/east/namespace.yaml': formatManifests(aNamespace()),
		'clusters/west/split.yaml': formatManifests(aSplit()),
	});
	t.deepEqual(problems, []);
	t.deepEqual(
		manifests.map(({ path, kind, version, key }) => ({ path, kind, version, ...key })),
		[
			{
				path: 'clusters/east/apps/emoji.yml',
				kind: 'Deployment',
				version: 'v1',
				group: 'apps',
				plural: 'deployments',
				namespace: 'emojivoto',
				name: 'emoji',
			},
			{
				path: 'clusters/east/apps/emoji.yml',
				kind: 'TrafficSplit',
				version: 'v1alpha1',
				group: 'split.smi-spec.io',
				plural: 'trafficsplits',
				namespace: 'emojivoto',
				name: 'emoji-svc',
			},
			{
				path: 'clusters/east/namespace.yaml',
				kind: 'Namespace',
				version: 'v1',
				group: '',
				plural: 'namespaces',
				namespace: '',
				name: 'emojivoto',
			},
		],
	);
	t.deepEqual(manifests[2]?.object, aNamespace());
});

test('an object without namespace lives in "default"', async (t) => {
	const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } };
	const { manifests } = await readFolder({ 'clusters/east/web.yaml': formatManifests(service) });
	t.is(manifests[0]?.key.namespace, 'default');
});

test('kinds of no use here, those of spillway.dev among them, and other files are skipped in silence', async (t) => {
	const others = [
		{ apiVersion: 'spillway.dev/v1alpha1', kind: 'FailoverPolicy', metadata: { name: 'emoji' } },
		{ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', metadata: { name: 'all' } },
		{ apiVersion: 'example.com/v1', kind: 'Service', metadata: { name: 'not-core' } },
	];
	const skipped = await readFolder({
		'clusters/east/others.yaml': formatManifests(...others),
		'clusters/east/empty.yaml': '# nothing yet\n---\n',
		'clusters/east/README.md': 'not: [yaml',
	});
	t.deepEqual(skipped, { manifests: [], problems: [] });
});

const broken: readonly { name: string; text: string; says: RegExp }[] = [
	{
		name: 'that is not YAML',
		text: 'spec: }\n',
		says: /^clusters\/east\/broken\.yaml: .* at line 1, column 7$/,
	},
	{
		name: 'that is no object',
		text: 'a text\n',
		says: /^clusters\/east\/broken\.yaml: not a Kubernetes object$/,
	},
	{
		name: 'without a name',
		text: formatManifests({ apiVersion: 'v1', kind: 'Service', metadata: {} }),
		says: /^clusters\/east\/broken\.yaml: not a Kubernetes object$/,
	},
];

for (const { name, text, says } of broken) {
	test(`a document ${name} is a problem of one line, and the one after it is read`, async (t) => {
		const { manifests, problems } = await readFolder({
			'clusters/east/broken.yaml': `${text}---\n${formatManifests(aNamespace())}`,
		});
		t.is(problems.length, 1);
		t.regex(problems[0] ?? '', says);
		t.deepEqual(
			manifests.map(({ kind }) => kind),
			['Namespace'],
		);
	});
}

test('a folder that is not there is a problem', async (t) => {
	const { problems } = await readFolder({ 'clusters/west/split.yaml': formatManifests(aSplit()) });
	t.deepEqual(problems, ['clusters/east: no such folder']);
});
