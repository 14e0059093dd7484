import test from 'ava';
import type { NewFiles } from '../../../src/simulator/memory-history.ts';
import { livePolicy } from '../../support/live-world.ts';
import { splitManifest } from '../../support/manifests.ts';
import { mergeCommit } from '../../support/merged-branch.ts';
import { weights } from '../../support/policies.ts';
import { startTraceStage } from '../../support/trace-stage.ts';

const files: NewFiles = {
	'spillway.yaml': `apiVersion: spillway.dev/v1alpha1
kind: SpillwayConfig
spec:
  clusters: {east: {context: east, manifests: clusters/east, syncer: Flux}}
  defaults: {failover: {via: Commit}, failback: {via: Commit}}
`,
	'policies/emoji.yaml': livePolicy(),
	'clusters/east/emoji.yaml': splitManifest,
	'clusters/east/values.yaml': 'replicas: 3\n',
};

/** Ids depend on all that a commit holds, so they are not part of what is compared. */
function withoutIds(text: string): string {
	return text.replaceAll(/\b[0-9a-f]{7}\b/g, '<commit>');
}

test('before the first move Git and the cluster are compared', async (t) => {
	const stage = startTraceStage(files);
	t.is(
		withoutIds(await stage.show()),
		`✔ policy    emojivoto/emoji at policies/emoji.yaml:1
            Active; failover via Commit; failback via Commit
            blob <commit> at <commit>, the tip of main
– decision  none in the only commit of main
✔ git       emoji-svc 1, emoji-svc-west 0
            clusters/east/emoji.yaml
– synced    spillway.yaml names no syncer for east
✔ live      emoji-svc 1, emoji-svc-west 0
            TrafficSplit east emojivoto/emoji-svc, last written by unknown
✔ verdict   in step: Git and east have emoji-svc 1, emoji-svc-west 0
`,
	);
});

test('a move is followed from its commit through the syncer to the cluster', async (t) => {
	const stage = startTraceStage(files);
	const before = await stage.repository.refresh(new AbortController().signal);
	const commit = await stage.commitWeights('spillway', [0, 1]);
	const name = 'Kustomization flux-system/east';
	stage.answer({ name, fetched: before, applied: before });
	t.is(
		withoutIds(await stage.show()),
		`✔ policy    emojivoto/emoji at policies/emoji.yaml:1
            Active; failover via Commit; failback via Commit
            blob <commit> at <commit>, the tip of main
✔ decision  emoji-svc 0, emoji-svc-west 1
            - emoji-svc is unhealthy: 0 ready endpoints, minReady is 1
            - tier 1 takes the traffic: emoji-svc 0, emoji-svc-west 1
✔ commit    <commit> failover(emojivoto/emoji): emoji-svc → emoji-svc-west
            Spillway <bot@spillway.dev>, 24h ago (2025-06-14T15:06:40Z)
            episode emojivoto/emoji-mbz3k2o0, policy of <commit>
✔ git       emoji-svc 0, emoji-svc-west 1
            clusters/east/emoji.yaml
✘ synced    fetched <commit>, applied <commit>
            Kustomization flux-system/east
✘ live      emoji-svc 1, emoji-svc-west 0
            TrafficSplit east emojivoto/emoji-svc, last written by unknown
✘ verdict   pushed, not fetched by Kustomization flux-system/east
`,
	);
	stage.answer({ name, fetched: commit, applied: before });
	t.regex(await stage.show(), /✘ verdict {3}fetched, not applied by Kustomization flux-system\/east\n$/);
	stage.setWeights([0, 1]);
	stage.answer({ name, fetched: commit, applied: commit });
	t.regex(await stage.show(), /✔ verdict {3}in step: Git and east have emoji-svc 0, emoji-svc-west 1\n$/);
});

test('the syncer is asked for the commit that brought the weights, and told of the live object', async (t) => {
	const stage = startTraceStage(files);
	const commit = await stage.commitWeights('spillway', [0, 1]);
	const docs = stage.repository.commitDirectly({ 'README.md': '#' }, 'docs');
	const { carriers } = await stage.follow();
	t.deepEqual(carriers, [docs, commit]);
	t.deepEqual(
		stage.questions.map(({ commits, live, target }) => [commits, live?.name, target.cluster]),
		[[[commit], 'emoji-svc', 'east']],
	);
});

test('a pull request that was merged is followed to Spillway’s commit behind the merge', async (t) => {
	const stage = startTraceStage(files);
	const before = await stage.repository.refresh(new AbortController().signal);
	const ours = await stage.commitWeights('spillway', [0, 1]);
	stage.repository.moveBranch(before);
	const merge = mergeCommit(stage.repository, ours, 'Merge pull request #12');
	const { move, carriers, editedBy } = await stage.follow();
	t.deepEqual([move?.commit.id, move?.merged?.id], [merge, ours]);
	t.deepEqual(move?.weights, weights({ 'emoji-svc': 0, 'emoji-svc-west': 1 }));
	t.deepEqual([carriers, editedBy], [[merge], undefined]);
});

test('a merge of what the server no longer has leaves the rest of the trace', async (t) => {
	const stage = startTraceStage(files);
	const ours = await stage.commitWeights('spillway', [0, 1]);
	const { server } = stage.repository;
	const tree = server.history.tree(ours);
	const merge = server.history.addCommit(tree, { parent: ours, merged: 'f'.repeat(40), message: 'Merge' });
	server.move('main', merge);
	t.is((await stage.follow()).move?.commit.id, ours);
});

test('a person’s commit on top of a move is named, past others that changed nothing of it', async (t) => {
	const stage = startTraceStage(files);
	await stage.commitWeights('spillway', [0, 1]);
	const edit = await stage.commitWeights('ada', [1, 0]);
	stage.repository.commitDirectly({ 'README.md': '#' }, 'docs');
	const facts = await stage.follow();
	t.is(facts.editedBy?.id, edit);
	t.regex(
		withoutIds(await stage.show()).replaceAll(/\n +/g, ' '),
		/✘ verdict {3}Git no longer has what was decided, emoji-svc 0, emoji-svc-west 1, since commit <commit> of Ada <ada@example.org>\n$/,
	);
});

test('a commit that changes the manifest but not its weights is nobody’s edit', async (t) => {
	const stage = startTraceStage(files);
	await stage.commitWeights('spillway', [0, 1]);
	const { move } = await stage.follow();
	const text = splitManifest.replace('weight: 1', 'weight: 0').replace(/weight: 0\n$/, 'weight: 1 # west\n');
	stage.repository.commitDirectly({ 'clusters/east/emoji.yaml': text }, 'a comment');
	const facts = await stage.follow();
	t.is(facts.move?.commit.id, move?.commit.id);
	t.is(facts.editedBy, undefined);
});

test('the target’s name finds its policy as well', async (t) => {
	const stage = startTraceStage(files);
	t.is((await stage.follow('emojivoto/emoji-svc')).policy.key, 'emojivoto/emoji');
});

test('a policy that is wrong is not there, and what is wrong with it is told', async (t) => {
	const stage = startTraceStage({ ...files, 'policies/emoji.yaml': livePolicy('mode: Paused') });
	t.regex(
		await stage.show(),
		/^policies\/emoji\.yaml:7:9 E_ENUM .*\nemojivoto\/emoji E_FLAG no policy and no target of this name is in force/,
	);
});

test('a cluster that cannot be reached leaves the rest of the trace', async (t) => {
	const west = livePolicy('mode: Active', { cluster: 'west' });
	const config = String(files['spillway.yaml']).replace(
		'{east: {',
		'{west: {context: west, manifests: clusters/west}, east: {',
	);
	const stage = startTraceStage({ ...files, 'spillway.yaml': config, 'policies/emoji.yaml': west });
	const text = (await stage.show()).replaceAll(/\n {12}/g, ' ');
	t.regex(text, /\n✘ git +clusters\/west E_MANIFEST_MISSING/);
	t.regex(text, /\n\? live +spillway\.yaml E_REFERENCE no cluster west is declared/);
	t.regex(text, /\n\? verdict +spillway\.yaml E_REFERENCE/);
});
