import type { WeightEdit } from '../../src/model/ports/manifest-editor.ts';
import { formatProblem } from '../../src/model/problem.ts';
import { editWeights } from '../../src/plan/edit-weights.ts';
import { weights } from './policies.ts';

/** All traffic of emojivoto/emoji-svc to its mirror. */
export const awayEdit: WeightEdit = {
	kind: 'TrafficSplit',
	namespace: 'emojivoto',
	name: 'emoji-svc',
	weights: weights({ 'emoji-svc': 0, 'emoji-svc-west': 1 }),
};

/** Why an edit is refused, as people are told: the place in the file, what is there, what to write. */
export function refuseEdit(text: string, edit: WeightEdit = awayEdit): string {
	const { text: left, results } = editWeights('f', text, [edit]);
	const [result] = results;
	if (result?.kind !== 'refused' || left !== text) return `not refused: ${left}`;
	return formatProblem(result.problem).replace(/^f:/, '');
}

/** An HTTPRoute emojivoto/emoji-svc with these lines as its rules, each indented by four. */
export function writeRoute(rules: readonly string[]): string {
	return [
		'apiVersion: gateway.networking.k8s.io/v1',
		'kind: HTTPRoute',
		'metadata: {name: emoji-svc, namespace: emojivoto}',
		'spec:',
		'  rules:',
		...rules.map((line) => `    ${line}`),
		'',
	].join('\n');
}
