// What else writes weights, by its field manager, and which of its settings makes it stop.

/** Spillway's own field manager. */
export const ownManager = 'spillway';

/** linkerd-failover's field manager. */
export const linkerdFailover = 'failover.linkerd.io';

const settings: ReadonlyMap<string, string> = new Map([
	[
		'argocd-controller',
		'ignore .spec.backends[].weight in the Application’s spec.ignoreDifferences and add the sync option RespectIgnoreDifferences=true, or use via: Commit',
	],
	[
		'kustomize-controller',
		'list the weights in the Kustomization’s spec.ignore, or annotate the manifest with kustomize.toolkit.fluxcd.io/ssa: IfNotPresent, or use via: Commit',
	],
	[
		'helm-controller',
		'list the weights in the HelmRelease’s spec.driftDetection.ignore, or use via: Commit with the values in Git',
	],
	['flagger', 'delete the Canary that writes this target, or suspend the policy'],
	[
		linkerdFailover,
		'remove the label failover.linkerd.io/controlled-by, or set it to spillway so that linkerd-failover lets go',
	],
	[
		ownManager,
		'stop the other Spillway that writes this target, or mend the admission webhook that changes it',
	],
]);

/** The exact setting that ends a quarrel over weights with this writer. */
export function settingFor(manager: string | undefined): string {
	if (manager === undefined)
		return 'find out who writes it: kubectl get --show-managed-fields -o yaml names them';
	const known = settings.get(manager);
	if (known !== undefined) return known;
	if (manager.startsWith('kubectl')) return 'a person changed it: suspend the policy to keep what they wrote';
	return `stop ${manager} from writing the weights, or use via: Commit`;
}
