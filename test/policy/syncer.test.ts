import test from 'ava';
import { formatProblem } from '../../src/model/problem.ts';
import { parseText } from '../support/policy-documents.ts';

const writeSyncer = (syncer: string): string => `apiVersion: spillway.dev/v1alpha1
kind: SpillwayConfig
spec: {clusters: {east: {context: east, syncer: ${syncer}}}}
`;

for (const [written, read] of [
	['Flux', { kind: 'Flux' }],
	['ArgoCD', { kind: 'ArgoCD' }],
	['{kind: Flux}', { kind: 'Flux' }],
	[
		'{kind: Flux, kustomization: flux-system/east}',
		{ kind: 'Flux', kustomization: { namespace: 'flux-system', name: 'east' } },
	],
	[
		'{kind: ArgoCD, application: argocd/east}',
		{ kind: 'ArgoCD', application: { namespace: 'argocd', name: 'east' } },
	],
	[
		'{kind: ArgoCD, application: argocd/east, dedicated: true}',
		{ kind: 'ArgoCD', application: { namespace: 'argocd', name: 'east' }, dedicated: true },
	],
] as const) {
	test(`a cluster's syncer may be written ${written}`, (t) => {
		const { configs, problems } = parseText(writeSyncer(written), 'spillway.yaml');
		t.deepEqual(problems, []);
		t.deepEqual(configs[0]?.config.clusters[0]?.syncer, read);
	});
}

for (const [written, ...said] of [
	[
		'flux',
		'E_ENUM spec.clusters.east.syncer has an unknown value (got "flux"; expected one of Flux, ArgoCD) → did you mean Flux?',
	],
	['3', 'E_ENUM spec.clusters.east.syncer has an unknown value (got 3; expected one of Flux, ArgoCD)'],
	[
		'[Flux]',
		'E_ENUM spec.clusters.east.syncer has an unknown value (got a list; expected one of Flux, ArgoCD)',
	],
	[
		'{kind: Argo}',
		'E_ENUM spec.clusters.east.syncer.kind has an unknown value (got "Argo"; expected one of Flux, ArgoCD)',
	],
	['{kustomization: a/b}', 'E_REQUIRED spec.clusters.east.syncer.kind is required'],
	[
		'{kind: Flux, kustomisation: a/b}',
		'E_UNKNOWN_FIELD unknown field "kustomisation" (expected one of kind, kustomization, application, dedicated) → did you mean kustomization?',
	],
	[
		'{kind: Flux, kustomization: east}',
		'E_TYPE spec.clusters.east.syncer.kustomization names no Kustomization (got "east"; expected namespace/name, such as flux-system/east)',
	],
	[
		'{kind: Flux, application: argocd/east}',
		'E_SYNCER_FIELDS spec.clusters.east.syncer.application is not for Flux',
	],
	['{kind: Flux, dedicated: true}', 'E_SYNCER_FIELDS spec.clusters.east.syncer.dedicated is not for Flux'],
	[
		'{kind: ArgoCD, kustomization: a/b}',
		'E_SYNCER_FIELDS spec.clusters.east.syncer.kustomization is not for ArgoCD',
	],
	[
		'{kind: ArgoCD, dedicated: true}',
		'E_REQUIRED spec.clusters.east.syncer needs application with dedicated: true',
	],
	[
		'{kind: ArgoCD, application: a/b, dedicated: false}',
		'E_ENUM spec.clusters.east.syncer.dedicated has an unknown value (got false; expected true)',
	],
	[
		'{kind: Flux, application: a, x: 1}',
		'E_TYPE spec.clusters.east.syncer.application names no Application',
		'E_SYNCER_FIELDS spec.clusters.east.syncer.application is not for Flux',
		'E_UNKNOWN_FIELD unknown field "x"',
	],
] as const) {
	test(`syncer: ${written} is refused`, (t) => {
		const lines = parseText(writeSyncer(written), 'spillway.yaml').problems.map(formatProblem);
		t.is(lines.length, said.length, lines.join('\n'));
		for (const [index, part] of said.entries()) t.true(lines[index]?.includes(part), lines[index]);
		for (const line of lines) t.regex(line, /^spillway\.yaml:3:(4\d|[5-9]\d) /);
	});
}
