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
