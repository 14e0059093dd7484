import test from 'ava';
import { anEditChange, aShift } from '../support/changes.ts';
import { startCommitStage } from '../support/commit-stage.ts';
import { splitManifest } from '../support/manifests.ts';
import { weights } from '../support/policies.ts';

const { signal } = new AbortController();
const back = aShift({ move: 'failback', to: weights({ 'emoji-svc': 1, 'emoji-svc-west': 1 }) });

test('F20 a failback that takes back a late merge waits for no others', async (t) => {
	const { settle, delivery, clock } = startCommitStage({ 'clusters/east/emoji.yaml': splitManifest });
	t.is((await settle(delivery.deliver(anEditChange({ shift: back }), signal))).kind, 'queued');
	const asked = clock.now();
	let doneAt = Number.NaN;
	const delivering = delivery.deliver(anEditChange({ shift: back, urgent: true }), signal).then((receipt) => {
		doneAt = clock.now();
		return receipt;
	});
	t.is((await settle(delivering)).kind, 'delivered');
	t.true(doneAt - asked <= 250);
});
