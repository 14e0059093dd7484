// All that was observed of the clusters: a store without I/O or clock that is told what happened, and when.
import type { ClusterName, Namespace, ServiceName } from '../model/names.ts';
import type { CollectionChange } from '../model/ports/cluster.ts';
import type { Instant } from '../model/time.ts';
import { collections, type Facts, type Input, type SourceKind } from './collections.ts';
import { haveVanished } from './endpoint-count.ts';
import { type Renewal, renewalOf } from './lease-facts.ts';
import type { SliceFacts } from './slice-facts.ts';
import { applyChange, openSource, type Replacement, type Source, silence } from './source.ts';

/** What is known of one namespace of one cluster. */
export interface NamespaceView {
	readonly cluster: ClusterName;
	readonly namespace: Namespace;
	/** Only those that are watched. */
	readonly sources: { -readonly [K in SourceKind]?: Source<Facts[K]> };
	/** When the last ready endpoints of a Service were seen to leave its slices altogether. */
	readonly vanishedAt: Map<ServiceName, Instant>;
	/** Every Lease that was ever seen, by name. */
	readonly renewals: Map<string, Renewal>;
}

/** Views by `cluster/namespace`. */
export type World = Map<string, NamespaceView>;

/** What an observation touched: a namespace, or one object in it. Policies subscribe to topics. */
export type Topic = string;

/** What policies ask to be told of, by name. A slice is news of its Service, a profile of its apex. */
export type TopicKind = Exclude<SourceKind, 'slices'>;

export function namespaceTopic(cluster: ClusterName, namespace: Namespace): Topic {
	return `${cluster}/${namespace}`;
}

export function objectTopic({ cluster, namespace, kind }: Input<TopicKind>, name: string): Topic {
	return `${cluster}/${namespace}/${kind}/${name}`;
}

export function viewOf(world: World, cluster: ClusterName, namespace: Namespace): NamespaceView | undefined {
	return world.get(namespaceTopic(cluster, namespace));
}

/** The source of an input, made empty at `at` when it is first asked for. */
export function sourceOf<K extends SourceKind>(world: World, input: Input<K>, at: Instant): Source<Facts[K]> {
	const sources: { [P in K]?: Source<Facts[P]> } = openView(world, input).sources;
	const known = sources[input.kind];
	if (known !== undefined) return known;
	const source = openSource(at, collections[input.kind].indexBy);
	sources[input.kind] = source;
	return source;
}

function openView(world: World, { cluster, namespace }: Input): NamespaceView {
	const known = viewOf(world, cluster, namespace);
	if (known !== undefined) return known;
	const view = { cluster, namespace, sources: {}, vanishedAt: new Map(), renewals: new Map() };
	world.set(namespaceTopic(cluster, namespace), view);
	return view;
}

/** Forgets a collection that is not watched any more; should it be again, it counts as never seen. */
export function forgetSource(world: World, { cluster, namespace, kind }: Input): void {
	const view = viewOf(world, cluster, namespace);
	if (view === undefined) return;
	delete view.sources[kind];
	if (kind === 'slices') view.vanishedAt.clear();
	if (kind === 'leases') view.renewals.clear();
	if (Object.keys(view.sources).length === 0) world.delete(namespaceTopic(cluster, namespace));
}

/** Folds what was seen of an input into the world and returns the topics it touched. */
export function fold<K extends SourceKind>(
	world: World,
	input: Input<K>,
	change: CollectionChange<Facts[K]>,
	at: Instant,
): ReadonlySet<Topic> {
	const { cluster, namespace, kind } = input;
	const { replaced, renewed } = applyChange(sourceOf(world, input, at), change, at);
	const topics = new Set<Topic>();
	if (renewed) topics.add(namespaceTopic(cluster, namespace));
	const place = { cluster, namespace, kind: topicKindOf(kind) };
	for (const name of newsOf[kind](openView(world, input), replaced, at)) topics.add(objectTopic(place, name));
	return topics;
}

function topicKindOf(kind: SourceKind): TopicKind {
	return kind === 'slices' ? 'services' : kind;
}

/** Notes what else follows from a change of one object, and returns the names to tell of. */
type News<T> = (view: NamespaceView, replaced: Replacement<T> | undefined, at: Instant) => Iterable<string>;

const itself: News<unknown> = (_, replaced) => (replaced === undefined ? [] : [replaced.name]);

const newsOf: { readonly [K in SourceKind]: News<Facts[K]> } = {
	splits: itself,
	httpRoutes: itself,
	grpcRoutes: itself,
	linkerdHttpRoutes: itself,
	services: itself,
	slices(view, replaced, at) {
		if (replaced?.before !== undefined) noteVanished(view, replaced.before, at);
		return beforeAndAfter(replaced, ({ service }) => service);
	},
	profiles: (_, replaced) => beforeAndAfter(replaced, (profile) => profile?.apex),
	leases: (view, _, at) => noteRenewals(view, at),
};

function beforeAndAfter<T>(
	{ before, after }: Partial<Replacement<T>> = {},
	nameOf: (value: T) => string | undefined,
): readonly string[] {
	return [before, after].flatMap((value) => (value === undefined ? [] : (nameOf(value) ?? [])));
}

function noteVanished({ sources, vanishedAt }: NamespaceView, before: SliceFacts, at: Instant): void {
	if (haveVanished(sources.slices, before)) vanishedAt.set(before.service, at);
}

/** A Lease is renewed every few seconds, which is news only after a silence. */
function noteRenewals({ sources, renewals }: NamespaceView, at: Instant): readonly string[] {
	const news: string[] = [];
	for (const [name, { value }] of sources.leases?.items ?? []) {
		const known = renewals.get(name);
		const renewal = renewalOf(known, value, at);
		if (known === undefined || renewal.at - known.at >= silence) news.push(name);
		renewals.set(name, renewal);
	}
	return news;
}
