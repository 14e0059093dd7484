import { apiParts, findParts, missingParts, type Parts } from './parts.ts';

/** How the tests come by a real API server. */
export type ServerChoice =
	/** A cluster that runs already. */
	| { readonly kind: 'cluster'; readonly kubeconfig: string }
	/** One that is started of parts which are there. */
	| { readonly kind: 'parts'; readonly parts: Parts }
	/** One whose parts are built first; that this cannot be done is a failure. */
	| { readonly kind: 'build' }
	| { readonly kind: 'none'; readonly why: string };

export async function chooseServer(
	environment: Readonly<Record<string, string | undefined>>,
): Promise<ServerChoice> {
	const { SPILLWAY_TEST_KUBECONFIG: kubeconfig, SPILLWAY_LAB: lab } = environment;
	if (kubeconfig) return { kind: 'cluster', kubeconfig };
	const parts = await findParts(apiParts, environment);
	const missing = missingParts(apiParts, parts);
	if (missing.length === 0) return { kind: 'parts', parts };
	if (lab === 'build') return { kind: 'build' };
	const why = `no ${missing.join(', no ')}: run npm run lab -- build, or set SPILLWAY_TEST_KUBECONFIG or KUBEBUILDER_ASSETS`;
	return { kind: 'none', why };
}
