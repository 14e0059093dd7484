import { z } from 'zod';
import type { ClusterAccess, ClusterConfig } from '../model/policy.ts';
import { commits, completeCommits } from './commit-settings.ts';
import { apiVersion } from './document-kinds.ts';
import type { DocumentReading } from './drafts.ts';
import { reportFault } from './fault.ts';
import { annotations, labels } from './metadata.ts';
import { labelName } from './names.ts';
import { objectReference, readReference } from './object-reference.ts';
import { completePullRequests, pullRequests } from './pull-request-settings.ts';
import { repositoryPath } from './repository-path.ts';
import { readSyncerMark } from './synced-folder.ts';
import { completeSyncer, syncer } from './syncer.ts';
import { via } from './via.ts';
import type { DocumentPlaces } from './yaml-place.ts';

const clusterFields = z
	.strictObject({
		context: z
			.string()
			.min(1)
			.optional()
			.meta({ description: 'Context of the kubeconfig that reaches the cluster.' }),
		secret: objectReference('Secret', 'linkerd-multicluster/cluster-credentials-west').optional().meta({
			description:
				'namespace/name of a Secret in the cluster Spillway runs in, whose key kubeconfig reaches this one, such as linkerd-multicluster/cluster-credentials-west.',
		}),
		inCluster: z
			.literal(true)
			.optional()
			.meta({ description: 'The cluster Spillway runs in, reached by its service account.' }),
		manifests: repositoryPath.optional().meta({
			description:
				'Folder of the manifests this cluster runs, where via: Commit and via: PullRequest edit weights. Without it the cluster takes no commits.',
		}),
		syncer,
	})
	.superRefine(requireOneAccess)
	.meta({ title: 'Cluster' });

/** The ways to reach a cluster, of which each has one. */
const accesses = ['context', 'secret', 'inCluster'] as const;

function requireOneAccess(
	cluster: Readonly<Partial<Record<(typeof accesses)[number], unknown>>>,
	context: z.RefinementCtx,
): void {
	const given = accesses.filter((access) => cluster[access] !== undefined);
	if (given.length === 1) return;
	reportFault(context, {
		code: 'E_REQUIRED',
		message: 'must say in one way how it is reached',
		got: given.length === 0 ? undefined : given.join(', '),
		expected: `one of ${accesses.join(', ')}`,
		remedy: given.length === 0 ? 'add, for example, context: east' : 'keep one of them',
	});
}

const metadata = z
	.strictObject({
		name: labelName.optional().meta({ description: 'For people; Spillway does not read it.' }),
		labels,
		annotations,
	})
	.meta({ title: 'Metadata' });

const defaults = z
	.strictObject({
		failover: z.strictObject({ via }).prefault({}).meta({ title: 'Failover' }),
		failback: z.strictObject({ via }).prefault({}).meta({ title: 'Failback' }),
	})
	.meta({ title: 'Defaults', description: 'What policies may leave out.' });

const spec = z
	.strictObject({
		policies: z
			.array(repositoryPath)
			.min(1)
			.prefault(['policies'])
			.meta({ description: 'Folders of the repository that hold policies.' }),
		clusters: z
			.record(labelName, clusterFields)
			.meta({ description: 'The clusters, by the names policies use.' }),
		defaults: defaults.prefault({}),
		commits,
		pullRequests,
	})
	.meta({ title: 'Specification' });

const schema = z
	.strictObject({
		apiVersion: z.literal(apiVersion).meta({ title: 'API version' }),
		kind: z.literal('SpillwayConfig').meta({ title: 'Kind' }),
		metadata: metadata.optional(),
		spec,
	})
	.meta({ title: 'SpillwayConfig', description: 'spillway.yaml, at the root of the config repository.' });

/** The document as people write it. */
export const spillwayConfigSchema: z.ZodType = schema;

/** Checks a document and fills in what it leaves out. */
export function readSpillwayConfig(value: unknown, places: DocumentPlaces): DocumentReading {
	const read = schema.safeParse(value, { reportInput: true });
	if (!read.success) return { kind: 'invalid', issues: read.error.issues };
	const { metadata: about, spec: written } = read.data;
	const { policies, clusters, defaults: moves } = written;
	const failoverVia = moves.failover.via;
	const failbackVia = moves.failback.via;
	const config = {
		policies,
		clusters: Object.entries(clusters).map(([name, cluster]) => completeCluster(name, cluster)),
		commits: completeCommits(written.commits),
		...(written.pullRequests && { pullRequests: completePullRequests(written.pullRequests) }),
		defaults: {
			...(failoverVia === undefined ? {} : { failoverVia }),
			...(failbackVia === undefined ? {} : { failbackVia }),
		},
	};
	const mark = readSyncerMark(about?.annotations, places);
	return { kind: 'config', draft: { config, where: places.start, mark } };
}

function completeCluster(name: string, written: z.output<typeof clusterFields>): ClusterConfig {
	const { manifests, syncer: tool } = written;
	return {
		name,
		access: completeAccess(written),
		...(manifests === undefined ? {} : { manifests }),
		...(tool === undefined ? {} : { syncer: completeSyncer(tool) }),
	};
}

function completeAccess({ context, secret }: z.output<typeof clusterFields>): ClusterAccess {
	if (context !== undefined) return { kind: 'context', context };
	if (secret === undefined) return { kind: 'inCluster' };
	return { kind: 'secret', ...readReference(secret) };
}
