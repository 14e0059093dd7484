import { z } from 'zod';
import type { Fields } from './fields.ts';
import { describeConfigMap, describeSecret } from './keyed-data-schema.ts';
import { describeLease } from './lease-schema.ts';
import { describeRoute } from './route-schema.ts';
import { describeServiceProfile } from './service-profile-schema.ts';

/** A type's fields by version. An issue's message is the type that JSON Schema expects there. */
export const fieldSchemas: Readonly<Record<string, Readonly<Record<string, z.ZodType<Fields>>>>> = {
	namespaces: {
		v1: z.looseObject({
			spec: z.looseObject({}).default({ finalizers: ['kubernetes'] }),
			status: z.looseObject({}).default({ phase: 'Active' }),
		}),
	},
	services: {
		v1: z.looseObject({
			spec: z.looseObject({ type: z.string('string').default('ClusterIP') }, 'object').prefault({}),
		}),
	},
	events: { v1: z.looseObject({ involvedObject: involvedObject() }) },
	'deployments.apps': {
		v1: z.looseObject({
			spec: z.looseObject(
				{
					replicas: z.int('integer').min(0, 'must be greater than or equal to 0').default(1),
					selector: looseObject(),
					template: looseObject(),
				},
				'object',
			),
		}),
	},
	'endpointslices.discovery.k8s.io': {
		v1: z.looseObject({
			addressType: z.enum(['IPv4', 'IPv6', 'FQDN'], 'supported values: "FQDN", "IPv4", "IPv6"'),
			endpoints: z.array(describeEndpoint(), 'array').nullable().default(null),
			ports: z.array(looseObject(), 'array').nullable().default(null),
		}),
	},
	'trafficsplits.split.smi-spec.io': {
		v1alpha1: describeTrafficSplit(z.union([z.int(), z.string()], 'integer,string')),
		v1alpha2: describeTrafficSplit(z.number('number')),
	},
	configmaps: { v1: describeConfigMap() },
	secrets: { v1: describeSecret() },
	'leases.coordination.k8s.io': { v1: describeLease() },
	'serviceprofiles.linkerd.io': { v1alpha2: describeServiceProfile() },
	'httproutes.gateway.networking.k8s.io': {
		v1: describeRoute('gateway.networking.k8s.io', 'HTTPRoute'),
		v1beta1: describeRoute('gateway.networking.k8s.io', 'HTTPRoute'),
	},
	'grpcroutes.gateway.networking.k8s.io': { v1: describeRoute('gateway.networking.k8s.io', 'GRPCRoute') },
	'gitrepositories.source.toolkit.fluxcd.io': { v1: describeSyncer() },
	'kustomizations.kustomize.toolkit.fluxcd.io': { v1: describeSyncer() },
	'applications.argoproj.io': { v1alpha1: describeSyncer() },
	'httproutes.policy.linkerd.io': { v1beta3: describeRoute('policy.linkerd.io', 'HTTPRoute') },
};

function looseObject(): z.ZodType<Fields> {
	return z.looseObject({}, 'object');
}

/** As far as it is used here: whether it is suspended, and whatever else it says. */
function describeSyncer(): z.ZodType<Fields> {
	const spec = z.looseObject({ suspend: z.boolean('boolean').optional() }, 'object');
	return z.looseObject({ spec: spec.optional(), status: z.looseObject({}, 'object').optional() });
}

function involvedObject(): z.ZodType<Fields> {
	return z.looseObject(
		{ namespace: z.string('string').optional(), name: z.string('string').optional() },
		'object',
	);
}

function describeEndpoint(): z.ZodType<Fields> {
	const condition = z.boolean('boolean').nullish();
	return z.looseObject(
		{
			addresses: z.array(z.string('string'), 'array').min(1, 'must contain at least 1 address'),
			conditions: z.looseObject({ ready: condition, serving: condition, terminating: condition }).default({}),
		},
		'object',
	);
}

/** As linkerd-smi's CRD has it, pruning what it does not name. */
function describeTrafficSplit(weight: z.ZodType): z.ZodType<Fields> {
	const backend = z.object({ service: z.string('string'), weight }, 'object');
	const spec = z.object({ service: z.string('string'), backends: z.array(backend, 'array') }, 'object');
	return z.object({ spec: spec.optional() });
}
