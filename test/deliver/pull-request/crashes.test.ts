import test, { type ExecutionContext } from 'ava';
import { formatBranch } from '../../../src/model/pull-request.ts';
import { anEditChange, aShift } from '../../support/changes.ts';
import { type CrashingServers, type CrashPoint, crashAt } from '../../support/crash-points.ts';
import { awayManifest, splitManifest } from '../../support/manifests.ts';
import { aPullRequestChange } from '../../support/pull-request-samples.ts';
import { type PullRequestStage, startPullRequestStage } from '../../support/pull-request-stage.ts';

const { signal } = new AbortController();
const path = 'clusters/east/emoji.yaml';
const edit = anEditChange();
const facts = { policy: edit.policy, target: edit.target, decidedAt: edit.decidedAt, edit };
const change = aPullRequestChange({}, { ...facts, shift: aShift(), rungs: [] });
const merging = { ...change, autoMerge: true };
const branch = formatBranch(change.group);

/** What is left when everything has come to rest. */
interface End {
	readonly pulls: readonly string[];
	readonly comments: number;
	readonly base: string;
	readonly branch: string;
}

interface Story {
	readonly play: (stage: PullRequestStage) => Promise<void>;
	readonly end: End;
}

const stories: Readonly<Record<string, Story>> = {
	'a failover that is asked for': {
		play: async (stage) => void (await stage.ask(change, 20_000)),
		end: { pulls: ['open'], comments: 0, base: splitManifest, branch: awayManifest },
	},
	'a recovery': {
		async play(stage) {
			await stage.ask(change, 20_000);
			await stage.rest(change, 200_000);
		},
		end: { pulls: ['closed'], comments: 1, base: splitManifest, branch: '' },
	},
	'a relapse': {
		async play(stage) {
			await stage.ask(change, 20_000);
			await stage.rest(change, 200_000);
			await stage.ask(
				{ ...change, shift: aShift({ episode: { id: 'again', since: stage.clock.now() } }) },
				20_000,
			);
		},
		end: { pulls: ['open'], comments: 1, base: splitManifest, branch: awayManifest },
	},
	'a base that moved below it': {
		async play(stage) {
			await stage.ask(change, 20_000);
			stage.repository.commitDirectly({ [path]: `# more\n${splitManifest}` }, 'a person');
			await stage.ask(change, 100_000);
		},
		end: {
			pulls: ['open'],
			comments: 0,
			base: `# more\n${splitManifest}`,
			branch: `# more\n${awayManifest}`,
		},
	},
	'a merge by itself': {
		play: async (stage) => void (await stage.ask(merging, 60_000)),
		end: { pulls: ['merged'], comments: 0, base: awayManifest, branch: '' },
	},
};

/** Plays a story; a process that crashes is followed by one that knows nothing and is told the same. */
async function play(t: ExecutionContext, { play: tell }: Story, point?: CrashPoint) {
	const processes: CrashingServers[] = [];
	const stage = await startPullRequestStage(t, {
		files: { [path]: splitManifest },
		wrap(servers) {
			const crashing = crashAt(servers, point);
			processes.push(crashing);
			return crashing.servers;
		},
	});
	/** The crash may come anywhere in the story: whoever follows is told what was told last. */
	const follow = async (): Promise<void> => {
		if (processes.at(-1)?.isCrashed() !== true) return;
		await stage.restart((servers) => {
			const alive = crashAt(servers, undefined);
			processes.push(alive);
			return alive.servers;
		});
	};
	await tell({
		...stage,
		async ask(asked, span) {
			const receipt = await stage.ask(asked, span);
			if (processes.at(-1)?.isCrashed() !== true) return receipt;
			await follow();
			return await stage.ask(asked, span);
		},
		async rest(resting, span) {
			await stage.rest(resting, span);
			if (processes.at(-1)?.isCrashed() !== true) return;
			await follow();
			await stage.rest(resting, span);
		},
	});
	await stage.clock.advance(400_000);
	return { end: await endOf(stage), changes: processes.flatMap(({ changes }) => changes) };
}

async function endOf(stage: PullRequestStage): Promise<End> {
	const pulls = await stage.pulls(change);
	const comments = await Promise.all(pulls.map(({ number }) => stage.as('ada').comments(number, signal)));
	return {
		pulls: pulls.map(({ state }) => state),
		comments: comments.flat().length,
		base: await stage.text(path),
		branch: await stage.text(path, branch),
	};
}

for (const [title, story] of Object.entries(stories)) {
	test(`F27 ${title}: killed at any step, it ends with exactly one pull request, as if nothing had happened`, async (t) => {
		const whole = await play(t, story);
		t.deepEqual(whole.end, story.end);
		t.true(whole.changes.length > 0);
		for (const at of whole.changes.keys()) {
			for (const when of ['before', 'after'] as const) {
				const { end } = await play(t, story, { at, when });
				t.deepEqual(end, story.end, `killed ${when} ${whole.changes[at]}, change ${at}`);
			}
		}
	});
}
