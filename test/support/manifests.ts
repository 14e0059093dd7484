import type { WeightEdit } from '../../src/model/ports/manifest-editor.ts';
import type { Problem } from '../../src/model/problem.ts';
import { editWeights } from '../../src/plan/edit-weights.ts';

type OneEdit =
	| { readonly kind: 'edited'; readonly text: string }
	| { readonly kind: 'refused'; readonly problem: Problem };

/** Edits one split of `split.yaml`: the text afterwards, or why it was refused. */
export function editOne(text: string, edit: WeightEdit): OneEdit {
	const outcome = editWeights('split.yaml', text, [edit]);
	const [result] = outcome.results;
	return result?.kind === 'refused' ? result : { kind: 'edited', text: outcome.text };
}

/** The workshop's split as people write it, with emoji-svc at 1 and emoji-svc-west at 0. */
export const splitManifest = `apiVersion: split.smi-spec.io/v1alpha2
kind: TrafficSplit
metadata:
  name: emoji-svc
  namespace: emojivoto
spec:
  service: emoji-svc
  backends:
    - service: emoji-svc
      weight: 1
    - service: emoji-svc-west
      weight: 0
`;

/** The same after a failover. */
export const awayManifest: string = splitManifest.replaceAll(
	/weight: ([01])/g,
	(_, weight: string) => `weight: ${1 - Number(weight)}`,
);

/** A split with these lines as its backends, each indented by four. */
export function writeSplit(backends: readonly string[], name = 'emoji-svc'): string {
	return [
		'apiVersion: split.smi-spec.io/v1alpha2',
		'kind: TrafficSplit',
		`metadata: {name: ${name}, namespace: emojivoto}`,
		'spec:',
		'  service: emoji-svc',
		'  backends:',
		...backends.map((line) => `    ${line}`),
		'',
	].join('\n');
}
