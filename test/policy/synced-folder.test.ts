import test from 'ava';
import { formatProblem } from '../../src/model/problem.ts';
import { checkSyncedFolders } from '../../src/policy/synced-folder.ts';
import { draftPolicy, parseText, writePolicy } from '../support/policy-documents.ts';

const flux = 'config.kubernetes.io/local-config: "true"';
const argo = 'argocd.argoproj.io/hook: Skip';

/** What is told of a policy with these annotations, in a folder that a syncer applies. */
function judge(annotations: string | undefined, file = 'clusters/east/web.yaml'): readonly string[] {
	const metadata = `namespace: shop${annotations === undefined ? '' : `, annotations: {${annotations}}`}`;
	const draft = draftPolicy(writePolicy('web', 'web').replace('namespace: shop', metadata), file);
	const clusterOf = (path: string) => (path.startsWith('clusters/east/') ? 'east' : undefined);
	return checkSyncedFolders([draft], clusterOf).map(formatProblem);
}

test('a policy that both annotations keep a syncer off may stand anywhere', (t) => {
	t.deepEqual(judge(`${flux}, ${argo}`), []);
});

test('a policy outside of all manifests needs no annotation', (t) => {
	t.deepEqual(judge(undefined, 'policies/web.yaml'), []);
});

const told =
	'W_SYNCED_FOLDER this file is among the manifests of cluster east, and its kind has no CRD: Flux and Argo CD fail their sync on it → add below metadata.annotations: ';

for (const [annotations, at, missing] of [
	[undefined, '3:1', `${flux} and ${argo}`],
	['team: web', '3:40', `${flux} and ${argo}`],
	[argo, '3:40', flux],
	[flux, '3:40', argo],
	[`config.kubernetes.io/local-config: "false", ${argo}`, '3:40', flux],
	[`${flux}, argocd.argoproj.io/hook: Sync`, '3:40', argo],
] as const) {
	test(`with {${annotations ?? ''}} the lines to add are told`, (t) => {
		t.deepEqual(judge(annotations), [`clusters/east/web.yaml:${at} ${told}${missing}`]);
	});
}

test('so it is for spillway.yaml', (t) => {
	const config = 'apiVersion: spillway.dev/v1alpha1\nkind: SpillwayConfig\nspec: {clusters: {}}\n';
	const { configs } = parseText(config, 'spillway.yaml');
	t.deepEqual(
		checkSyncedFolders(configs, () => 'west').map(({ code, where }) => [code, where]),
		[['W_SYNCED_FOLDER', { kind: 'text', file: 'spillway.yaml', line: 1, column: 1 }]],
	);
});
