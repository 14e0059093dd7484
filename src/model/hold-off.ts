// How a GitOps tool is told to leave something alone for a while, and how we know later that it was us.

/** With the value `disabled`, Flux passes over the object. */
export const reconcileAnnotation = 'kustomize.toolkit.fluxcd.io/reconcile';

/** How Flux applies the object; with some values it does not change what is there. */
export const applyPolicyAnnotation = 'kustomize.toolkit.fluxcd.io/ssa';

/** With the value `true` on an Application, Argo CD passes over all of it. */
export const skipReconcileAnnotation = 'argocd.argoproj.io/skip-reconcile';

/** Names the policies whose escalation holds the tool off; only what it stands beside is ever taken off again. */
export const heldOffAnnotation = 'spillway.dev/held-off';

/** JSON Pointer of all annotations. */
export const annotationsPointer = '/metadata/annotations';

/** JSON Pointer of one annotation. */
export function annotationPointer(key: string): string {
	return `${annotationsPointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
