import type { Namespace, TargetRef } from './names.ts';

/** How a manifest names an object that carries weights. `namespace` is absent where the document leaves it out. */
export interface ManifestIdentity extends Pick<TargetRef, 'kind' | 'group'> {
	readonly namespace?: Namespace;
	readonly name: string;
}

/** Whether a manifest means this object; a manifest without a namespace takes the one it is applied in. */
export function identifies(
	identity: ManifestIdentity,
	target: { readonly namespace: Namespace; readonly name: string },
): boolean {
	return identity.name === target.name && (identity.namespace ?? target.namespace) === target.namespace;
}
