import type { Repository } from '../../src/model/ports/repository.ts';

/** The calls of the port that wait for something. */
export type RepositoryCall = {
	[Name in keyof Repository]: Repository[Name] extends (...args: never[]) => Promise<unknown> ? Name : never;
}[keyof Repository];

/** Runs before each call, which goes on once it resolves. */
export type BeforeCall = (call: RepositoryCall) => Promise<void>;

/** A repository whose calls are seen before they are made. */
export function watchCalls<R extends Repository>(inner: R, before: BeforeCall): R {
	const watched =
		<Args extends unknown[], Result>(name: RepositoryCall, call: (...args: Args) => Promise<Result>) =>
		async (...args: Args): Promise<Result> => {
			await before(name);
			return await call(...args);
		};
	return {
		...inner,
		refresh: watched('refresh', inner.refresh),
		history: watched('history', inner.history),
		differences: watched('differences', inner.differences),
		files: watched('files', inner.files),
		file: watched('file', inner.file),
		read: watched('read', inner.read),
		commit: watched('commit', inner.commit),
		push: watched('push', inner.push),
	};
}
