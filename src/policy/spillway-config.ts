import { z } from 'zod';
import type { ClusterConfig } from '../model/policy.ts';
import { apiVersion } from './document-kinds.ts';
import type { DocumentReading } from './drafts.ts';
import { annotations, labels } from './metadata.ts';
import { labelName } from './names.ts';
import { repositoryPath } from './repository-path.ts';
import { via } from './via.ts';
import type { DocumentPlaces } from './yaml-place.ts';

const clusterFields = z
	.strictObject({
		context: z.string().min(1).meta({ description: 'Context of the kubeconfig that reaches the cluster.' }),
		manifests: repositoryPath.optional().meta({
			description:
				'Folder of the manifests this cluster runs, where via: Commit edits weights. Without it the cluster takes no commits.',
		}),
	})
	.meta({ title: 'Cluster' });

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
	const { policies, clusters, defaults: moves } = read.data.spec;
	const failoverVia = moves.failover.via;
	const failbackVia = moves.failback.via;
	const config = {
		policies,
		clusters: Object.entries(clusters).map(([name, written]) => completeCluster(name, written)),
		defaults: {
			...(failoverVia === undefined ? {} : { failoverVia }),
			...(failbackVia === undefined ? {} : { failbackVia }),
		},
	};
	return { kind: 'config', draft: { config, where: places.start } };
}

function completeCluster(
	name: string,
	{ context, manifests }: z.output<typeof clusterFields>,
): ClusterConfig {
	return { name, context, ...(manifests === undefined ? {} : { manifests }) };
}
