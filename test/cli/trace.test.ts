import test from 'ava';
import { manifestEditor } from '../../src/plan/manifest-editor.ts';
import { anEditChange, emojiTarget } from '../support/changes.ts';
import { liveConfig, livePolicy, startLiveWorld } from '../support/live-world.ts';
import { splitManifest } from '../support/manifests.ts';
import { runSpillway } from '../support/terminal.ts';

const committing = { 'spillway.yaml': liveConfig.replaceAll('via: Direct', 'via: Commit') };

test('a policy whose weights are live is in step: exit 0', async (t) => {
	const world = await startLiveWorld(t, committing);
	const { status, out, err } = await runSpillway(t, 'trace', 'emojivoto/emoji', ...world.flags);
	t.deepEqual([status, err], [0, '']);
	t.regex(out, /^✔ policy {4}emojivoto\/emoji at policies\/emoji\.yaml:1\n/);
	t.regex(out, /\n✔ verdict {3}in step: Git and east have emoji-svc 1, emoji-svc-west 0\n$/);
});

test('a commit that is not live is where it stops: exit 1, and nothing is written', async (t) => {
	const world = await startLiveWorld(t, committing);
	const { to } = anEditChange().shift;
	const path = 'clusters/east/emoji.yaml';
	const { text } = manifestEditor.edit(path, splitManifest, [{ ...emojiTarget, weights: to }]);
	const commit = await world.repository.commit({ [path]: text }, manifestEditor.message([anEditChange()]));
	const before = world.api.store.resourceVersion();
	const { status, out, err } = await runSpillway(
		t,
		'trace',
		'emojivoto/emoji-svc',
		...world.flags,
		'-o',
		'json',
	);
	t.deepEqual([status, err], [1, '']);
	const found = JSON.parse(out);
	t.like(found, {
		policy: 'emojivoto/emoji',
		source: 'policies/emoji.yaml:1',
		tip: commit,
		decision: {
			commit,
			weights: { 'emoji-svc': 0, 'emoji-svc-west': 1 },
			episode: 'emojivoto/emoji-mbz3k2o0',
		},
		git: { path, weights: { 'emoji-svc': 0, 'emoji-svc-west': 1 } },
		verdict: 'differs',
	});
	t.deepEqual(found.live.rules, [{ 'emoji-svc': 1, 'emoji-svc-west': 0 }]);
	t.deepEqual(
		found.findings.map(({ stage }: { stage: string }) => stage),
		['live'],
	);
	t.is(world.api.store.resourceVersion(), before);
	t.is((await world.repository.log()).length, 2);
});

test('a name that is no policy’s and no target’s is a wrong call: exit 2', async (t) => {
	const world = await startLiveWorld(t, committing);
	const { status, out, err } = await runSpillway(t, 'trace', 'emojivoto/emojy', ...world.flags);
	t.deepEqual([status, out], [2, '']);
	t.is(
		err,
		'emojivoto/emojy E_FLAG no policy and no target of this name is in force → did you mean emojivoto/emoji?\n',
	);
});

test('a cluster that is not where spillway.yaml says is told beside the rest: exit 78, unless --context knows', async (t) => {
	const world = await startLiveWorld(t, {
		'policies/emoji.yaml': livePolicy('mode: Active', { cluster: 'north' }),
	});
	const lost = await runSpillway(t, 'trace', 'emojivoto/emoji', ...world.flags);
	t.is(lost.status, 78);
	t.regex(lost.out, /\n\? live +\S+ E_KUBECONFIG context 'nowhere' not found; available: east, west → /);
	const known = await runSpillway(t, 'trace', 'emojivoto/emoji', ...world.flags, '--context', 'east');
	t.is(known.status, 0);
	t.regex(known.out, /\n✔ live {6}emoji-svc 1, emoji-svc-west 0\n/);
});

test('a repository that cannot be reached is told: exit 78', async (t) => {
	const flags = ['--repo', 'file:///nonexistent/config.git', '--allow-insecure-git'];
	const { status, out, err } = await runSpillway(t, 'trace', 'emojivoto/emoji', ...flags);
	t.deepEqual([status, out], [78, '']);
	t.regex(err, /^file:\/\/\/nonexistent\/config\.git E_GIT_UNREACHABLE .+\n$/);
});
