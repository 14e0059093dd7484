import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { lintManifests, type ManifestFile } from '../../src/cli/lint.ts';
import { runSpillway } from '../support/terminal.ts';

const folder = fileURLToPath(new URL('../../examples/linkerd-failover/', import.meta.url));

function aFile(path: string, ...documents: readonly string[]): ManifestFile {
	return { path, bytes: Buffer.from(documents.join('---\n')) };
}

function aManifest(name: string, service: string, ...backends: readonly string[]): string {
	const list = [service, ...backends].map((backend) => `{service: ${backend}, weight: 1}`).join(', ');
	return `apiVersion: split.smi-spec.io/v1alpha2
kind: TrafficSplit
metadata: {name: ${name}, namespace: shop}
spec: {service: ${service}, backends: [${list}]}
`;
}

const clusterOf = (path: string) => /^clusters\/(\w+)\//.exec(path)?.[1];

const lint = (...files: readonly ManifestFile[]) =>
	lintManifests(files, clusterOf).map(({ code, where }) =>
		where.kind === 'text' ? `${where.file} ${code}` : code,
	);

test('clusters that fail over to each other are found by the folders of their manifests', (t) => {
	t.deepEqual(
		lint(
			aFile('clusters/east/web.yaml', aManifest('web', 'web', 'web-west')),
			aFile('clusters/west/web.yaml', aManifest('web', 'web', 'web-east')),
		),
		['clusters/east/web.yaml W_MUTUAL_FAILOVER', 'clusters/west/web.yaml W_MUTUAL_FAILOVER'],
	);
});

test('two splits of one Service are told within a cluster or a folder, not across them', (t) => {
	const [one, other] = [aManifest('a', 'web', 'b'), aManifest('b', 'web', 'b')];
	t.deepEqual(lint(aFile('clusters/east/a.yaml', one), aFile('clusters/east/deep/b.yaml', other)), [
		'clusters/east/a.yaml W_SHARED_APEX',
		'clusters/east/deep/b.yaml W_SHARED_APEX',
	]);
	t.deepEqual(lint(aFile('clusters/east/a.yaml', one), aFile('clusters/west/b.yaml', other)), []);
	t.deepEqual(lint(aFile('base/a.yaml', one), aFile('overlay/b.yaml', other)), []);
});

test('Services beside the split tell what it cannot send to', (t) => {
	const headless =
		'apiVersion: v1\nkind: Service\nmetadata: {name: b, namespace: shop}\nspec: {clusterIP: None}\n';
	t.deepEqual(lint(aFile('a.yaml', aManifest('a', 'web', 'b')), aFile('services.yaml', headless)), [
		'a.yaml W_BACKEND_KIND',
	]);
});

test('files without a split, and what the policies’ own check tells already, are passed over', (t) => {
	t.deepEqual(lint(aFile('a.yaml', 'kind: Service\napiVersion: {')), []);
	t.deepEqual(lint(aFile('a.yaml', '# TrafficSplit\nkind: {')), []);
});

test('validate finds what the printed manifests lack, and where', async (t) => {
	const { status, out } = await runSpillway(t, 'validate', `${folder}as-printed`);
	t.is(status, 1);
	const codes = out
		.trimEnd()
		.split('\n')
		.map((line) => line.slice(folder.length).split(' ')[0] ?? '');
	t.deepEqual(codes, [
		'as-printed/blog.yaml:4:1',
		...[10, 12, 14, 16, 18, 20].map((line) => `as-printed/slides.yaml:${line}:${line === 10 ? 12 : 16}`),
	]);
});

test('warnings alone do not fail validate', async (t) => {
	const { status, out, err } = await runSpillway(t, 'validate', `${folder}blog.yaml`);
	t.is(status, 0);
	t.regex(out, /^\S+blog\.yaml:10:35 W_OLD_LABEL /);
	t.is(err, '1 file, 0 valid policies, 0 problems, 1 warning\n');
});

test('the manifests as printed are the others but for what is wrong in them', async (t) => {
	const plain = async (path: string) =>
		(await readFile(`${folder}${path}`, 'utf8'))
			.replace(/^#.*\n/gm, '')
			.replace(/^ *namespace:.*\n/gm, '')
			.replace(/^ +/gm, '')
			.toLowerCase();
	t.is(await plain('as-printed/slides.yaml'), await plain('slides.yaml'));
	t.is(await plain('as-printed/blog.yaml'), await plain('blog.yaml'));
});
