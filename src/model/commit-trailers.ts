// Trailers of the commits that Spillway makes: `git log --grep`, `spillway trace` and the search for people's edits
// read a commit's story from them.
import { formatTargetType, readTargetType } from './manifest-identity.ts';
import type { PolicyKey, TargetRef } from './names.ts';
import type { CommitId } from './ports/repository.ts';
import { showText } from './problem.ts';
import type { Weights } from './weights.ts';

/** What the trailers say of one change of a commit. */
export interface ChangeTrailers {
	readonly policy: PolicyKey;
	/** Absent in commits of versions that did not tell. */
	readonly target?: TargetRef;
	readonly episode: string;
	readonly changeId: string;
	/** Codes, each once. */
	readonly reasons: readonly string[];
}

export interface CommitFacts {
	/** The changes that get trailers of their own. */
	readonly explained: readonly ChangeTrailers[];
	/** How many changes the commit carries. */
	readonly count: number;
	readonly policyCommits: Iterable<CommitId>;
}

/**
 * Names the state that a change brings about: its episode and weights. The same state may come again in an episode (a
 * failback's ramp that is broken off), so two commits may have one id: whether it is in force is told by the
 * branch's bytes, never by looking for the id.
 */
export function formatChangeId(episode: string, weights: Weights): string {
	return `${episode}:${[...weights.values()].join('/')}`;
}

/** One paragraph of trailers: a group for each explained change, then what holds for the commit. */
export function formatTrailers({ explained, count, policyCommits }: CommitFacts): string {
	const lines = [
		...explained.flatMap(formatGroup),
		...[...policyCommits].map((commit) => ['Failover-Policy-Commit', commit] as const),
		...(count > explained.length ? [['Failover-Changes', String(count)] as const] : []),
		toolTrailer,
	];
	return lines.map(([key, value]) => `${key}: ${showText(value, longestValue)}`).join('\n');
}

type Trailer = readonly [key: string, value: string];

const toolTrailer: Trailer = ['Failover-Tool', 'spillway'];

/** Names of Kubernetes and 32 weights of the largest numbers are shorter. */
const longestValue = 1024;

function formatGroup({ policy, target, episode, changeId, reasons }: ChangeTrailers): readonly Trailer[] {
	return [
		['Failover-Policy', policy],
		...(target === undefined ? [] : [['Failover-Target', writeTarget(target)] as const]),
		['Failover-Episode', episode],
		['Failover-Change-Id', changeId],
		...(reasons.length === 0 ? [] : [['Failover-Reason', reasons.join(', ')] as const]),
	];
}

/** The changes that a commit's trailers tell of, in order; none of a message that is not ours. */
export function parseTrailers(message: string): readonly ChangeTrailers[] {
	const groups: Map<string, string>[] = [];
	for (const [key, value] of readTrailers(message)) {
		if (key === 'failover-policy') groups.push(new Map());
		groups.at(-1)?.set(key, value);
	}
	return groups.flatMap((group) => readGroup(group) ?? []);
}

/**
 * Whether Spillway wrote this message. True also of a commit whose many policies have no trailers of their own; not of
 * one that takes such a commit back, since `git revert` quotes the subject alone.
 */
export function isOurs(message: string): boolean {
	const trailers = readTrailers(message);
	const [tool, name] = toolTrailer;
	return (
		trailers.some(([key, value]) => key === tool.toLowerCase() && value === name) ||
		parseTrailers(message).length > 0
	);
}

function readGroup(group: ReadonlyMap<string, string>): ChangeTrailers | undefined {
	const policy = group.get('failover-policy');
	const episode = group.get('failover-episode');
	const changeId = group.get('failover-change-id');
	if (policy === undefined || episode === undefined || changeId === undefined) return undefined;
	const target = readTarget(group.get('failover-target') ?? '');
	const reasons = group.get('failover-reason')?.split(', ') ?? [];
	return { policy, ...(target && { target }), episode, changeId, reasons };
}

/** As Git has it: the last paragraph, unless it is the first; every line a trailer, or that of a cherry-pick. */
function readTrailers(message: string): readonly Trailer[] {
	const paragraphs = message
		.replaceAll('\r\n', '\n')
		.trim()
		.split(/\n[ \t]*\n/);
	const last = paragraphs.length > 1 ? (paragraphs.at(-1) ?? '') : '';
	const lines = last.split('\n').filter((line) => !line.startsWith('(cherry picked from commit '));
	const trailers = lines.flatMap((line): readonly Trailer[] => {
		const [, key, value] = /^([A-Za-z0-9-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
		return key === undefined || value === undefined ? [] : [[key.toLowerCase(), value]];
	});
	return trailers.length === lines.length ? trailers : [];
}

function writeTarget(target: TargetRef): string {
	return `${target.cluster} ${formatTargetType(target)} ${target.namespace}/${target.name}`;
}

function readTarget(written: string): TargetRef | undefined {
	const [, cluster, kind, group, namespace, name] =
		/^(.+) ([A-Za-z]+)(?:\.(\S+))? ([^/\s]+)\/([^/\s]+)$/.exec(written) ?? [];
	if (cluster === undefined || namespace === undefined || name === undefined) return undefined;
	const type = readTargetType(kind ?? '', group);
	return type && { ...type, cluster, namespace, name };
}
