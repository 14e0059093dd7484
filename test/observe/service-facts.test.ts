import test from 'ava';
import type { KubernetesObject } from '../../src/model/ports/cluster.ts';
import { readService, type ServiceFacts } from '../../src/observe/service-facts.ts';

interface Marks {
	readonly labels?: Readonly<Record<string, string>>;
	readonly annotations?: Readonly<Record<string, string>>;
}

function aService(spec: unknown, marks: Marks = {}): KubernetesObject {
	const metadata = { name: 'web-west', namespace: 'shop', uid: 'u', resourceVersion: '1', ...marks };
	return { metadata, spec };
}

const selector = { app: 'web' };
const fromWest = { 'mirror.linkerd.io/cluster-name': 'west', 'mirror.linkerd.io/mirrored-service': 'true' };
const remoteName = (name: string) => ({ 'mirror.linkerd.io/remote-svc-fq-name': name });

const services: readonly (readonly [what: string, service: KubernetesObject, facts: ServiceFacts])[] = [
	['a Service with a selector has slices', aService({ selector }), { selects: true, external: false }],
	['F-081 a headless one too', aService({ selector, clusterIP: 'None' }), { selects: true, external: false }],
	[
		'F-078 one that publishes addresses before they are ready says so',
		aService({ selector, publishNotReadyAddresses: true }),
		{ selects: true, external: false, publishesNotReady: true },
	],
	[
		'F-083 a Service without selector has those that somebody writes',
		aService({}),
		{ selects: false, external: false },
	],
	['selector: null is none', aService({ selector: null }), { selects: false, external: false }],
	['no spec at all is no selector', aService(undefined), { selects: false, external: false }],
	[
		'F-082 an ExternalName Service has none',
		aService({ type: 'ExternalName' }),
		{ selects: false, external: true },
	],
	[
		'a gateway mirror names its origin in an annotation',
		aService({}, { labels: fromWest, annotations: remoteName('web.shop-west.svc.cluster.local') }),
		{
			selects: false,
			external: false,
			mirror: { kind: 'gateway', origin: { cluster: 'west', namespace: 'shop-west', service: 'web' } },
		},
	],
	[
		'an origin without a namespace is in the same one',
		aService({}, { labels: fromWest, annotations: remoteName('web') }),
		{
			selects: false,
			external: false,
			mirror: { kind: 'gateway', origin: { cluster: 'west', namespace: 'shop', service: 'web' } },
		},
	],
	[
		'a cluster’s name alone makes no mirror',
		aService({}, { labels: fromWest }),
		{ selects: false, external: false },
	],
	[
		'an annotation alone makes no mirror',
		aService({}, { annotations: remoteName('web.shop.svc') }),
		{ selects: false, external: false },
	],
	[
		'a flat mirror names its origin in labels',
		aService(
			{ selector },
			{
				labels: {
					'multicluster.linkerd.io/remote-discovery': 'west',
					'multicluster.linkerd.io/remote-service': 'web',
				},
			},
		),
		{
			selects: true,
			external: false,
			mirror: { kind: 'flat', origin: { cluster: 'west', namespace: 'shop', service: 'web' } },
		},
	],
];

for (const [what, service, facts] of services) {
	test(what, (t) => {
		t.deepEqual(readService(service), facts);
	});
}
