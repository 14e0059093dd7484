import type { ExecutionContext } from 'ava';
import { connectCluster } from '../../src/kubernetes/cluster.ts';
import type { Connection } from '../../src/kubernetes/connection.ts';
import type { Collection } from '../../src/model/ports/cluster.ts';
import { type ChangeLog, createChangeLog } from './change-log.ts';
import { createImpatientClock, type ImpatientClock } from './impatient-clock.ts';
import { type Reply, type Script, type ScriptedApi, startScriptedApi } from './scripted-api.ts';
import { splits } from './watch-wire.ts';

/** A reflection of a scripted server's splits under way. */
export interface Reflection {
	readonly api: ScriptedApi;
	readonly clock: ImpatientClock;
	readonly log: ChangeLog<string>;
	/** The versions that watches were asked for from, in order. */
	watchedFrom(): readonly (string | null)[];
	/** Ends it; resolves when `reflect` does. */
	stop(): Promise<void>;
}

export type Scripts = readonly [Script, ...Script[]];

/** Reflects the splits of a scripted server. Watches that are not scripted stay silent. */
export async function startReflection(
	t: ExecutionContext,
	script: {
		readonly get?: Scripts;
		readonly stream?: Scripts;
		readonly watch?: Scripts;
		readonly authorize?: Connection['authorize'];
		readonly collection?: Collection<string>;
	},
): Promise<Reflection> {
	const api = await startScriptedApi(t);
	if (script.get !== undefined) api.script('get', ...script.get);
	if (script.stream !== undefined) api.script('stream', ...script.stream);
	api.script('watch', ...(script.watch ?? ([quiet] as const)));
	const clock = createImpatientClock();
	const { authorize = api.connection.authorize } = script;
	const connection = { ...api.connection, authorize };
	const cluster = connectCluster({ name: 'east', connection, clock, random: () => 0 });
	const log = createChangeLog<string>();
	const stopping = new AbortController();
	const done = cluster.reflect(script.collection ?? splits, log.sink, stopping.signal);
	t.teardown(async () => {
		stopping.abort();
		await done;
		await cluster.close();
	});
	return {
		api,
		clock,
		log,
		watchedFrom: () => api.seen('watch').map(({ url }) => url.searchParams.get('resourceVersion')),
		stop() {
			stopping.abort();
			return done;
		},
	};
}

/** A watch that stays open and says nothing. */
export const quiet: Reply = { kind: 'stream', chunks: [], finish: 'hang' };

export function stream(finish: 'end' | 'reset' | 'hang', ...chunks: readonly (string | Uint8Array)[]): Reply {
	return { kind: 'stream', chunks, finish };
}

/** What is known by now, sorted. */
export function names({ log }: Reflection): readonly string[] {
	return [...log.known().keys()].sort();
}

/** The codes of every problem told, in order. */
export function codes({ log }: Reflection): readonly string[] {
	return log.problems().map(({ code }) => code);
}
