// What the stories of pull requests at a Gitea begin with, and how people act in them.
import type { ExecutionContext } from 'ava';
import { systemClock } from '../../src/cli/system-clock.ts';
import type { PullRequestChange } from '../../src/model/change.ts';
import type { PullRequestSettings } from '../../src/model/policy.ts';
import { formatBranch } from '../../src/model/pull-request.ts';
import { anEditChange, aShift } from '../support/changes.ts';
import { type BareRepository, createBareRepository } from '../support/git-remote.ts';
import { splitManifest } from '../support/manifests.ts';
import { aPullRequestChange } from '../support/pull-request-samples.ts';
import type { GiteaUser } from './gitea/server.ts';
import type { Gitea } from './gitea.ts';
import {
	askAs,
	type GiteaPull,
	listPulls,
	openPlace,
	type Place,
	untilFound,
} from './pull-request-people.ts';
import { type KeeperStage, startKeeperStage } from './pull-request-stage.ts';

/** The manifest of the workshop's split, on the base and on the branch of its failover. */
export const splitPath = 'clusters/east/emoji.yaml';

const files = { [splitPath]: splitManifest, 'README.md': 'hello\n' };

/** A failover of the workshop's split that was decided just now, in an episode of its own. */
export function aFailover(overrides: Partial<PullRequestChange> = {}): PullRequestChange {
	const decidedAt = systemClock.now();
	const shift = aShift({ episode: { id: `emojivoto/emoji-${decidedAt}`, since: decidedAt } });
	const { policy, target, ...edit } = anEditChange({ decidedAt, shift });
	const facts = { policy, target, shift, decidedAt, edit: { ...edit, policy, target } };
	return aPullRequestChange({}, { ...facts, rungs: [], ...overrides });
}

export const failoverBranch: string = formatBranch(aFailover().group);

/** People on a config repository of their own, and their git. */
export interface Story extends KeeperStage {
	/** The one that is open; throws where there is none, or more than one. */
	open(): Promise<GiteaPull>;
	/** Of all states, the oldest first. */
	pulls(): Promise<readonly GiteaPull[]>;
	comments(number: number): Promise<readonly Comment[]>;
	comment(user: GiteaUser, number: number, body: string): Promise<void>;
	/** Edits a pull request as a person does. */
	edit(user: GiteaUser, number: number, change: object): Promise<void>;
	/** `context state`, sorted. */
	statuses(commit: string): Promise<readonly string[]>;
	/** A file's text on a branch; `undefined` where either is not. */
	text(branch: string, path?: string): Promise<string | undefined>;
	/** The tip of a branch; `undefined` where there is none. */
	tip(branch: string): Promise<string | undefined>;
	/** Commits on top of a branch, as a person, and pushes; returns the commit. */
	push(branch: string, changes: Readonly<Record<string, string>>): Promise<string>;
	/** Deletes a branch, by a push. */
	drop(branch: string): Promise<void>;
	/** Amends the tip of a branch with the same content, and pushes over it. */
	amend(branch: string): Promise<string>;
	/** The commits that a branch has and the base has not, and what it is built on. */
	own(branch: string): Promise<{ readonly commits: readonly string[]; readonly base: string }>;
}

export interface Comment {
	readonly body: string;
	readonly user: { readonly login: string };
}

/** With the place's people by name; its repository has protection, if any, from `prepare`. */
export async function beginStory(
	t: ExecutionContext,
	gitea: Gitea,
	name: string,
	{
		prepare,
		settings,
	}: {
		prepare?: (place: Place) => Promise<void>;
		settings?: (place: Place) => Partial<PullRequestSettings>;
	} = {},
): Promise<Story> {
	const place = await openPlace(gitea, name, files);
	await prepare?.(place);
	const stage = await startKeeperStage(t, place, settings?.(place));
	const workshop = await createBareRepository(t, {}, 'work');
	return { ...stage, ...describePages(place), ...describeGit(place, workshop) };
}

type Pages = Pick<Story, 'open' | 'pulls' | 'comments' | 'comment' | 'edit' | 'statuses' | 'text' | 'tip'>;

function describePages(place: Place): Pages {
	const {
		gitea,
		repository,
		people: { ada },
	} = place;
	return {
		pulls: () => listPulls(place),
		async open() {
			const [pull, ...others] = (await listPulls(place)).filter(({ state }) => state === 'open');
			if (pull === undefined || others.length > 0) throw new Error(`${others.length + 1} are open, or none`);
			return pull;
		},
		comments: (number) => askAs(place, ada, ['GET', `/issues/${number}/comments`]),
		async comment(user, number, body) {
			await askAs(place, user, ['POST', `/issues/${number}/comments`], { body });
		},
		async edit(user, number, change) {
			await askAs(place, user, ['PATCH', `/pulls/${number}`], change);
		},
		async statuses(commit) {
			const found = await askAs<{ statuses: readonly { context: string; status: string }[] | null }>(
				place,
				ada,
				['GET', `/commits/${commit}/status`],
			);
			return (found.statuses ?? []).map(({ context, status }) => `${context} ${status}`).sort();
		},
		async text(branch, path = splitPath) {
			const { status, body } = await gitea.call(ada, 'GET', `${repository.path}/raw/${path}?ref=${branch}`);
			return status === 200 ? String(body) : undefined;
		},
		async tip(branch) {
			const { status, body } = await gitea.call(ada, 'GET', `${repository.path}/branches/${branch}`);
			return status === 200 ? (body as { readonly commit: { readonly id: string } }).commit.id : undefined;
		},
	};
}

function describeGit(place: Place, workshop: BareRepository): Pick<Story, 'push' | 'drop' | 'amend' | 'own'> {
	const {
		repository,
		people: { ada },
	} = place;
	const url = repository.urlOf(ada);
	const git = async (...args: readonly string[]): Promise<string> => (await workshop.git(...args)).trim();
	const fetch = () => git('fetch', '--quiet', '--prune', url, '+refs/heads/*:refs/remotes/forge/*');
	return {
		async push(branch, changes) {
			await fetch();
			await git('update-ref', 'refs/heads/work', `refs/remotes/forge/${branch}`);
			const commit = await workshop.commit(changes, 'by a person');
			await git('push', '--quiet', url, `${commit}:refs/heads/${branch}`);
			return commit;
		},
		async drop(branch) {
			await git('push', '--quiet', url, `:refs/heads/${branch}`);
		},
		async amend(branch) {
			await fetch();
			const ref = `refs/remotes/forge/${branch}`;
			const message = await git('log', '-1', '--format=%B', ref);
			const person = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
			const commit = await git(...person, 'commit-tree', `${ref}^{tree}`, '-p', `${ref}^`, '-m', message);
			await git('push', '--quiet', url, `+${commit}:refs/heads/${branch}`);
			return commit;
		},
		async own(branch) {
			await fetch();
			const [ref, main] = [`refs/remotes/forge/${branch}`, 'refs/remotes/forge/main'];
			const commits = await git('rev-list', `${main}..${ref}`);
			return { commits: commits.split('\n'), base: await git('merge-base', main, ref) };
		},
	};
}

/** Waits for Gitea to bring about what it does after it has answered. */
export async function untilPull(
	{ pulls }: Pick<Story, 'pulls'>,
	what: string,
	holds: (pull: GiteaPull) => boolean,
): Promise<GiteaPull> {
	return await untilFound(what, async () => (await pulls()).find(holds));
}
