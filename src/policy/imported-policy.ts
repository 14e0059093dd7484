// A labelled TrafficSplit as the text of a policy that does what linkerd-failover did.
import type { ClusterName } from '../model/names.ts';
import type { Via } from '../model/policy.ts';
import { apiVersion } from './document-kinds.ts';
import { primaryAnnotation, primaryOf, type SplitFacts } from './split-facts.ts';

export interface ImportChoices {
	/** As spillway.yaml names it. */
	readonly cluster: ClusterName;
	readonly via: Via;
	/** Name of the policy; a split's own name may not be one. */
	readonly name: string;
}

/** A line of YAML and what to say beside it. */
type Line = readonly [text: string, comment?: string];

/** The column at which the comments stand, where what they are about ends before it. */
const commentColumn = 40;

/** Writes the policy, with comments that say where each value comes from. */
export function writeImportedPolicy(split: SplitFacts, { cluster, via, name }: ImportChoices): string {
	const { namespace } = split;
	const lines: readonly Line[] = [
		[
			`# Made by spillway import of the TrafficSplit ${namespace}/${split.name}, which linkerd-failover controlled.`,
		],
		[
			'# It does the same, except that the weights are never all 0, that a backend which cannot be seen is not taken',
		],
		['# for a dead one, and that the return waits for failback.after.'],
		[`apiVersion: ${apiVersion}`],
		['kind: FailoverPolicy'],
		['metadata:'],
		[`  name: ${scalar(name)}`, name === split.name ? 'the split’s' : `from the split’s name ${split.name}`],
		[`  namespace: ${scalar(namespace)}`, 'the split’s'],
		['  annotations:', 'so that Flux and Argo CD pass over this file in a folder they sync'],
		['    config.kubernetes.io/local-config: "true"'],
		['    argocd.argoproj.io/hook: Skip'],
		['spec:'],
		['  target:'],
		[`    cluster: ${scalar(cluster)}`, 'as spillway.yaml names it'],
		[`    name: ${scalar(split.name)}`, 'the TrafficSplit'],
		['  backends:'],
		...writeBackends(split),
		['  health:'],
		['    minReady: 1', 'as linkerd-failover: one ready endpoint is enough'],
		['  failover:'],
		['    after: 0s', 'as linkerd-failover: at once'],
		[`    via: ${via}`, via === 'Direct' ? 'as linkerd-failover: a patch of the split' : commitNote],
		['  failback:'],
		['    mode: Auto', 'as linkerd-failover: without a person'],
		['    after: 2m', 'linkerd-failover: 0s, so that a flapping primary made traffic flap'],
		[`    via: ${via}`],
	];
	return `${lines.map(([text, comment]) => withComment(text, comment)).join('\n')}\n`;
}

const commitNote = 'an edit of the split’s manifest, below the cluster’s manifests folder';

function writeBackends(split: SplitFacts): readonly Line[] {
	const primary = primaryOf(split);
	const why = split.primary === undefined ? 'the first backend' : `annotation ${primaryAnnotation}`;
	return split.backends.flatMap(({ service = '' }): readonly Line[] => {
		const name = `    - service: ${scalar(service)}`;
		if (service === primary) return [[name, `primary: ${why}`], ['      tier: 0']];
		return [[name, 'fallback: all that are ready share equally'], ['      tier: 1'], ['      weight: 1']];
	});
}

/** Names that YAML would take for something else are quoted: `1e3`, `no`. */
function scalar(name: string): string {
	const plain = /^[a-z][-.a-z0-9]*$/.test(name) && !/^(?:true|false|null|yes|no|on|off|y|n)$/.test(name);
	return plain ? name : JSON.stringify(name);
}

function withComment(text: string, comment: string | undefined): string {
	return comment === undefined ? text : `${text.padEnd(commentColumn - 1)} # ${comment}`;
}

/** A legal name for the policy of a split: its own, or the nearest one that is not taken yet. */
export function namePolicy(split: string, taken: ReadonlySet<string>): string {
	const plain = cut(split.replaceAll('.', '-'), 63);
	for (let number = 1; ; number += 1) {
		const name = number === 1 ? plain : `${cut(plain, 58)}-${number}`;
		if (!taken.has(name)) return name;
	}
}

function cut(name: string, length: number): string {
	return name.slice(0, length).replace(/-+$/, '');
}
