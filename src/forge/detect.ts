import { ForgeError, type ForgeKind } from '../model/ports/forge.ts';
import { ProblemError, problem } from '../model/problem.ts';
import { type ForgePages, findService, locate } from './known-hosts.ts';
import { type ForgeLocation, type RepositoryPlace, readRepositoryPlace } from './location.ts';
import { type Probe, type ProbeParts, probeForge } from './probe.ts';

export interface DetectOptions extends ProbeParts {
	/** The repository's URL, as git has it. */
	readonly url: string;
	/** --forge: which it is, whatever it looks like. */
	readonly kind?: ForgeKind | undefined;
	/** --forge-url: where its pages or its API begin, where that is not at the root of the repository's host. */
	readonly forgeUrl?: string | undefined;
	/** Takes http as well. */
	readonly allowInsecure: boolean;
}

/**
 * Which forge a repository is at: by the host's name, by what the flags say, else by asking the host, without a token.
 * Throws ProblemError (E_FORGE) where there is none, and ForgeError (E_FORGE_UNREACHABLE) where the host does not answer.
 */
export async function detectForge(options: DetectOptions, signal: AbortSignal): Promise<ForgeLocation> {
	const place = readRepositoryPlace(options.url);
	if (place === undefined) throw refuse('the repository', 'its URL names no host and repository of a forge');
	const pages = findPages(options, place);
	if (!options.allowInsecure && new URL(pages.root).protocol !== 'https:') {
		throw refuse(pages.root, 'a token is not sent over http');
	}
	const kind = pages.kind ?? (await askForKind(options, pages.root, signal));
	const found = locate({ kind, root: pages.root }, place);
	if (found !== undefined) return found;
	throw refuse(pages.root, `${place.segments.join('/')} is no path of a repository at ${kind}`);
}

type MaybePages = Pick<ForgePages, 'root'> & { readonly kind?: ForgeKind };

function findPages({ kind, forgeUrl }: DetectOptions, place: RepositoryPlace): MaybePages {
	const given = forgeUrl === undefined ? undefined : readForgeUrl(forgeUrl);
	const known =
		kind ?? given?.kind ?? findService(given === undefined ? place.host : new URL(given.root).hostname);
	const root = given?.root ?? guessRoot(known, place);
	return known === undefined ? { root } : { kind: known, root };
}

/** Repositories of a Gitea are two names deep: what comes before is where it is installed. */
function guessRoot(kind: ForgeKind | undefined, { origin, segments }: RepositoryPlace): string {
	const before = kind === 'Gitea' ? segments.slice(0, -2) : [];
	return [origin, ...before.map(encodeURIComponent)].join('/');
}

/** The ends of APIs' addresses, and whose they are. */
const apiEnds: readonly (readonly [end: RegExp, kind: ForgeKind])[] = [
	[/\/api\/v1$/, 'Gitea'],
	[/\/api\/v4$/, 'GitLab'],
	[/\/api\/v3$/, 'GitHub'],
];

/** Where pages begin, from that or from where an API begins. */
function readForgeUrl(text: string): MaybePages {
	const url = URL.canParse(text) ? new URL(text) : undefined;
	const isPlain = url !== undefined && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '';
	if (!isPlain || url.username !== '' || url.password !== '') {
		throw refuse('--forge-url', 'it is not an https URL of a forge, or holds more than that');
	}
	const base = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
	const service = /^api\.(.+)$/.exec(url.host)?.[1];
	if (service !== undefined && findService(service) === 'GitHub') {
		return { kind: 'GitHub', root: `${url.protocol}//${service}` };
	}
	const api = apiEnds.find(([end]) => end.test(base));
	return api === undefined ? { root: base } : { kind: api[1], root: base.replace(api[0], '') };
}

async function askForKind(options: DetectOptions, root: string, signal: AbortSignal): Promise<ForgeKind> {
	const probes = await probeForge(options, root, signal);
	const found = probes.find((probe) => probe.kind === 'found');
	if (found !== undefined) return found.forge;
	const tried = probes.map(describe).join('; ');
	const isSilent = probes.some(({ kind }) => kind === 'silent');
	if (!isSilent) throw refuse(root, `nothing there answers as a forge does: ${tried}`);
	const where = { kind: 'named', name: root } as const;
	const message = `it cannot be asked which forge it is: ${tried}`;
	throw new ForgeError(problem('E_FORGE_UNREACHABLE', { where, message }), { retry: 'soon' });
}

function describe(probe: Probe): string {
	switch (probe.kind) {
		case 'found':
			return probe.forge;
		case 'other':
			return `${probe.url} answers ${probe.status}`;
		case 'silent':
			return `${probe.url}: ${probe.message}`;
	}
}

function refuse(name: string, message: string): ProblemError {
	return new ProblemError(problem('E_FORGE', { where: { kind: 'named', name }, message }));
}
