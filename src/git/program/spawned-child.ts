import { AsyncLocalStorage } from 'node:async_hooks';
import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** Which piece of work is going on. */
const current = new AsyncLocalStorage<object>();

/**
 * Shows the first program that a piece of work starts, for a library that keeps it to itself. It is shown as it is
 * made, and has neither an id nor streams until its event `spawn`.
 */
export async function observeChild<T>(
	work: () => PromiseLike<T>,
	show: (child: ChildProcess) => void,
): Promise<T> {
	const own = {};
	const notice = (message: unknown): void => {
		if (current.getStore() !== own) return;
		// What is done about the child belongs to the work as well, and may start programs.
		unsubscribe('child_process', notice);
		show((message as { readonly process: ChildProcess }).process);
	};
	subscribe('child_process', notice);
	try {
		return await current.run(own, async () => await work());
	} finally {
		unsubscribe('child_process', notice);
	}
}
