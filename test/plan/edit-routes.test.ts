import test from 'ava';
import type { WeightEdit } from '../../src/model/ports/manifest-editor.ts';
import { manifestEditor } from '../../src/plan/manifest-editor.ts';
import { editOne } from '../support/manifests.ts';
import { awayEdit, writeRoute } from '../support/refusals.ts';

const away: WeightEdit = { ...awayEdit, kind: 'HTTPRoute' };

/** Two rules name both backends; another keeps the primary for itself, and the first only redirects. */
const marked = writeRoute([
	'- filters: [{type: RequestRedirect}]',
	'- matches: [{path: {value: /api}}]',
	'  backendRefs:',
	'    - name: emoji-svc # the primary',
	'      port: 8080',
	'      weight: «1»',
	'    - {kind: Service, group: "", name: emoji-svc-west, port: 8080, weight: «0»}',
	'    - {name: emoji-svc-central, weight: 7}',
	'- backendRefs: [{name: emoji-svc, port: 1}]',
	'- backendRefs:',
	'    - {weight: «0», name: emoji-svc-west, namespace: emojivoto}',
	'    - {weight: 9, name: emoji-svc-west, namespace: other}',
	'    - {weight: «1», name: emoji-svc, group: core}',
]);
const before = marked.replaceAll(/[«»]/g, '');
const after = marked.replaceAll('«1»', '»').replaceAll('«0»', '1').replaceAll('»', '0');

for (const [kind, apiVersion, group] of [
	['HTTPRoute', 'gateway.networking.k8s.io/v1', undefined],
	['HTTPRoute', 'gateway.networking.k8s.io/v1beta1', undefined],
	['GRPCRoute', 'gateway.networking.k8s.io/v1', undefined],
	['HTTPRoute', 'policy.linkerd.io/v1beta2', 'policy.linkerd.io'],
] as const) {
	const edit: WeightEdit = { ...away, kind, ...(group && { group }) };
	const write = (text: string): string =>
		text.replace('kind: HTTPRoute', `kind: ${kind}`).replace('gateway.networking.k8s.io/v1', apiVersion);

	test(`of a ${kind} of ${apiVersion}, every rule that names all backends is edited`, (t) => {
		t.deepEqual(editOne(write(before), edit), { kind: 'edited', text: write(after) });
		t.deepEqual(editOne(write(after), edit), { kind: 'edited', text: write(after) });
		const { weights: _, ...target } = edit;
		const { namespace, name } = target;
		const identity = { kind, namespace, name, ...(group && { group }) };
		t.deepEqual(manifestEditor.locate(write(before)), [{ by: 'document', identity }]);
	});
}

test('a weight that is left out means 1, and stays so', (t) => {
	const text = writeRoute(['- backendRefs: [{name: emoji-svc, weight: 3}, {name: emoji-svc-west}]']);
	t.deepEqual(editOne(text, away), { kind: 'edited', text: text.replace('3', '0') });
});

test('the two HTTPRoutes of one name, of both API groups, are told apart', (t) => {
	const linkerd = before.replace('gateway.networking.k8s.io/v1', 'policy.linkerd.io/v1beta3');
	const text = `${linkerd}---\n${before}`;
	t.deepEqual(editOne(text, away), { kind: 'edited', text: `${linkerd}---\n${after}` });
});

test('a Gateway that allows HTTPRoutes holds none', (t) => {
	const gateway = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: emoji-svc}
spec: {listeners: [{allowedRoutes: {kinds: [{kind: HTTPRoute}]}}]}
`;
	t.deepEqual(manifestEditor.locate(gateway), []);
});
