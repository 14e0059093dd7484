import type { Forge, ForgeKind } from '../../model/ports/forge.ts';

/** What is known of a forge before it has been asked which one it is. */
export interface ForgeGuess {
	readonly kind: ForgeKind;
	/** The repository's page. */
	readonly url: string;
}

/** Opens it when it is needed first, and again as long as that fails: a forge that is down must not hold up a start. */
export function createLazyForge(guess: ForgeGuess, open: (signal: AbortSignal) => Promise<Forge>): Forge {
	let opened: Forge | undefined;
	const ready = async (signal: AbortSignal): Promise<Forge> => {
		opened ??= await open(signal);
		return opened;
	};
	return {
		get kind() {
			return opened?.kind ?? guess.kind;
		},
		get url() {
			return opened?.url ?? guess.url;
		},
		identity: async (signal) => (await ready(signal)).identity(signal),
		findByHead: async (head, signal) => (await ready(signal)).findByHead(head, signal),
		listOpen: async (signal) => (await ready(signal)).listOpen(signal),
		read: async (number, signal) => (await ready(signal)).read(number, signal),
		create: async (pull, signal) => (await ready(signal)).create(pull, signal),
		update: async (number, edit, signal) => (await ready(signal)).update(number, edit, signal),
		addLabels: async (number, labels, signal) => (await ready(signal)).addLabels(number, labels, signal),
		removeLabel: async (number, label, signal) => (await ready(signal)).removeLabel(number, label, signal),
		requestReviewers: async (number, reviewers, signal) =>
			(await ready(signal)).requestReviewers(number, reviewers, signal),
		comments: async (number, signal) => (await ready(signal)).comments(number, signal),
		comment: async (number, body, signal) => (await ready(signal)).comment(number, body, signal),
		editComment: async (number, id, body, signal) =>
			(await ready(signal)).editComment(number, id, body, signal),
		review: async (number, review, signal) => (await ready(signal)).review(number, review, signal),
		setStatus: async (commit, status, signal) => (await ready(signal)).setStatus(commit, status, signal),
		checks: async (commit, signal) => (await ready(signal)).checks(commit, signal),
		merge: async (number, head, signal) => (await ready(signal)).merge(number, head, signal),
		enableAutoMerge: async (number, head, signal) =>
			(await ready(signal)).enableAutoMerge(number, head, signal),
		disableAutoMerge: async (number, signal) => (await ready(signal)).disableAutoMerge(number, signal),
		closure: async (number, signal) => (await ready(signal)).closure(number, signal),
		permission: async (login, signal) => (await ready(signal)).permission(login, signal),
		protection: async (branch, signal) => (await ready(signal)).protection(branch, signal),
	};
}
