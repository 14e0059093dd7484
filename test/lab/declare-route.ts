import test from 'ava';
import type { KubernetesObject } from '../../src/model/ports/cluster.ts';
import { createObject } from './create-object.ts';
import { type OpenStage, writers } from './targets-stage.ts';

/** A kind of route, and how a policy names it. */
export interface RouteCase {
	readonly namespace: string;
	readonly apiVersion: string;
	readonly kind: 'HTTPRoute' | 'GRPCRoute';
	readonly target: string;
}

export const routes: readonly RouteCase[] = [
	{
		namespace: 'http-route',
		apiVersion: 'gateway.networking.k8s.io/v1',
		kind: 'HTTPRoute',
		target: 'kind: HTTPRoute, name: web',
	},
	{
		namespace: 'grpc-route',
		apiVersion: 'gateway.networking.k8s.io/v1',
		kind: 'GRPCRoute',
		target: 'kind: GRPCRoute, name: web',
	},
	{
		namespace: 'linkerd-route',
		apiVersion: 'policy.linkerd.io/v1beta3',
		kind: 'HTTPRoute',
		target: 'kind: HTTPRoute, group: policy.linkerd.io, name: web',
	},
];

interface RouteSpec {
	readonly rules: readonly { readonly backendRefs: readonly { readonly weight: number }[] }[];
}

export function declareRoute(open: OpenStage, { namespace, apiVersion, kind, target }: RouteCase): void {
	test(`real: ${kind} of ${apiVersion} fails over and back, and nothing else of it changes`, async (t) => {
		const stage = open(t);
		await stage.furnish(namespace);
		const plural = `${kind.toLowerCase()}s`;
		const history = await stage.record(t, { apiVersion, plural, namespace });
		const ref = (name: string, weight?: number) => ({
			name,
			port: 80,
			...(weight === undefined ? {} : { weight }),
		});
		await createObject(stage.access, {
			apiVersion,
			kind,
			metadata: { name: 'web', namespace, annotations: { team: 'shop' } },
			spec: {
				parentRefs: [{ group: 'core', kind: 'Service', name: 'web', port: 80 }],
				hostnames: ['web.example.com'],
				rules: [
					{
						name: 'split',
						backendRefs: [ref('web', 1), ref('spare', 0)],
						filters: [{ type: 'ExtensionRef' }],
					},
					{ backendRefs: [ref('more')] },
				],
			},
		});
		await stage.commitPolicy({ namespace, target });
		await stage.setReady(namespace, false);
		const weights = () => history.of('web').map(({ object }) => formatRoute(object));
		await history.until(() => weights().at(-1) === '0/1 1');
		await stage.setReady(namespace, true);
		await history.until(() => weights().at(-1) === '1/0 1');
		t.deepEqual(weights(), ['1/0 1', '0/1 1', '1/0 1']);
		const [first, , last] = history.of('web').map(({ object }) => object);
		t.deepEqual(last?.['spec'], first?.['spec']);
		t.deepEqual(last?.metadata.annotations, { team: 'shop' });
		t.deepEqual(writers(last), ['spillway Update']);
	});
}

/** `0/1 1`: of each rule. */
function formatRoute({ spec }: KubernetesObject): string {
	const { rules } = spec as RouteSpec;
	return rules.map(({ backendRefs }) => backendRefs.map(({ weight }) => weight).join('/')).join(' ');
}
