/** The API group of every document of ours. */
export const apiGroup = 'spillway.dev';

/** The only version there is so far. */
export const apiVersion = 'spillway.dev/v1alpha1';

/** The kinds this version reads. */
export const documentKinds = ['FailoverPolicy', 'SpillwayConfig'] as const;

export type DocumentKind = (typeof documentKinds)[number];

/** Kinds that are documented but not read yet. */
export const laterKinds: readonly string[] = ['FailoverGuard', 'FailoverOverride'];

export function isDocumentKind(kind: string): kind is DocumentKind {
	return documentKinds.some((known) => known === kind);
}
