// Servers that a process stops talking to at its n-th change: before that was carried out, or right after.
import type { Servers } from './pull-request-stage.ts';

export interface CrashPoint {
	/** Counted from 0. */
	readonly at: number;
	readonly when: 'before' | 'after';
}

/** Calls that change something at a server. */
const changing: ReadonlySet<string> = new Set([
	'pushBranch',
	'create',
	'update',
	'addLabels',
	'requestReviewers',
	'comment',
	'setStatus',
	'merge',
	'enableAutoMerge',
	'disableAutoMerge',
]);

export interface CrashingServers {
	readonly servers: Servers;
	/** Changes so far, by their names. */
	readonly changes: readonly string[];
	isCrashed(): boolean;
}

/** From the crash on no call is answered, as to a process that is gone. */
export function crashAt(servers: Servers, point: CrashPoint | undefined): CrashingServers {
	const changes: string[] = [];
	let isCrashed = false;
	const never = (): Promise<never> => new Promise(() => undefined);

	const call = (name: string, carryOut: () => unknown): unknown => {
		if (isCrashed) return name === 'held' ? undefined : never();
		if (!changing.has(name)) return carryOut();
		const isHere = point?.at === changes.length;
		changes.push(name);
		if (!isHere) return carryOut();
		isCrashed = true;
		if (point.when === 'after') void Promise.resolve(carryOut()).catch(() => undefined);
		return never();
	};
	const guard = <T extends object>(server: T): T =>
		new Proxy(server, {
			get(target, name) {
				const member: unknown = Reflect.get(target, name);
				if (typeof member !== 'function') return member;
				return (...args: unknown[]) => call(String(name), () => member.apply(target, args));
			},
		});
	return {
		servers: { repository: guard(servers.repository), forge: guard(servers.forge) },
		changes,
		isCrashed: () => isCrashed,
	};
}
