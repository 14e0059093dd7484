// A cluster with the objects of a GitOps tool that a test plays, and what Spillway does to them.
import type { ExecutionContext } from 'ava';
import { createSyncers, type DeclaredSyncers } from '../../src/deliver/syncer/syncers.ts';
import type { SyncerConfig } from '../../src/model/policy.ts';
import type { Problem } from '../../src/model/problem.ts';
import type { ObjectKey } from '../../src/simulator/kubernetes/object-store.ts';
import { type SplitCluster, startSplitCluster } from './split-cluster.ts';

/** Commits of a branch, oldest first. */
export const commits = ['1', '2', '3', '4'].map((digit) => digit.repeat(40)) as [
	string,
	string,
	string,
	string,
];

export interface SyncerStage extends SplitCluster {
	readonly syncers: DeclaredSyncers;
	readonly problems: readonly Problem[];
	/** Each patch of an object of the tool: `gitrepositories config`. */
	readonly patched: string[];
	/** How often something was told to have changed. */
	news(): number;
	/** Answers every patch of this type with a refusal of rights. */
	refuse(plural: string): void;
	/** Puts these fields into an object of the tool. */
	set(key: ObjectKey, fields: object): void;
}

export const sourceKey: ObjectKey = {
	group: 'source.toolkit.fluxcd.io',
	plural: 'gitrepositories',
	namespace: 'emojivoto',
	name: 'config',
};
export const kustomizationKey: ObjectKey = {
	group: 'kustomize.toolkit.fluxcd.io',
	plural: 'kustomizations',
	namespace: 'emojivoto',
	name: 'east',
};
export const applicationKey: ObjectKey = {
	group: 'argoproj.io',
	plural: 'applications',
	namespace: 'emojivoto',
	name: 'east',
};

const url = 'https://git.example/shop/config';

/** A Flux or an Argo CD for clusters/east; nothing acts on its objects but the test. */
export function startSyncerStage(t: ExecutionContext, syncer: SyncerConfig): SyncerStage {
	const stage = startSplitCluster();
	const { store, clock, cluster } = stage;
	const objects =
		syncer.kind === 'Flux'
			? [
					anObject(sourceKey, 'v1', 'GitRepository', { url: `${url}.git`, ref: { branch: 'main' } }),
					anObject(kustomizationKey, 'v1', 'Kustomization', {
						path: './clusters/east',
						sourceRef: { kind: 'GitRepository', name: 'config' },
					}),
				]
			: [
					anObject(applicationKey, 'v1alpha1', 'Application', {
						source: { repoURL: url, path: 'clusters/east', targetRevision: 'HEAD' },
					}),
				];
	for (const [key, object] of objects) store.create(key, object);
	const problems: Problem[] = [];
	const patched: string[] = [];
	const refused = new Set<string>();
	let news = 0;
	const watched: typeof cluster = {
		...cluster,
		async patch(ref, operations, signal) {
			const { plural } = ref.resource;
			if (plural !== 'trafficsplits') patched.push(`${plural} ${ref.name}`);
			if (!refused.has(plural)) return await cluster.patch(ref, operations, signal);
			return { kind: 'refused', problem: forbidden(plural) };
		},
	};
	const syncers = createSyncers({
		clock,
		random: () => 0.5,
		findCluster: () => Promise.resolve(watched),
		repository: {
			url,
			branch: 'main',
			ancestry: (older, newer) =>
				Promise.resolve(commits.indexOf(older) <= commits.indexOf(newer) ? 'ancestor' : 'rewritten'),
		},
		onNews: () => {
			news += 1;
		},
		onProblem: (problem) => problems.push(problem),
	});
	syncers.declare([{ name: 'east', access: { kind: 'inCluster' }, manifests: 'clusters/east', syncer }]);
	t.teardown(syncers.close);
	return {
		...stage,
		syncers,
		problems,
		patched,
		news: () => news,
		refuse: (plural) => void refused.add(plural),
		set(key, fields) {
			const subresource = 'status' in fields && key.plural !== 'applications' ? 'status' : undefined;
			store.patch(key, 'application/merge-patch+json', fields, subresource && { subresource });
		},
	};
}

function anObject(key: ObjectKey, version: string, kind: string, spec: object) {
	const { group, name, namespace } = key;
	return [key, { apiVersion: `${group}/${version}`, kind, metadata: { name, namespace }, spec }] as const;
}

function forbidden(plural: string): Problem {
	return {
		code: 'E_FORBIDDEN',
		where: { kind: 'named', name: 'east' },
		message: `cannot patch ${plural}`,
		remedy: `grant "patch" on ${plural}`,
	};
}
