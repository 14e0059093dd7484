import { apiParts, findParts, missingParts, type Part, type Parts } from './parts.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** How the tests come by clusters of their own. */
export type LabChoice =
	/** They are started of parts which are there. */
	| { readonly kind: 'parts'; readonly parts: Parts }
	/** Their parts are built first; that this cannot be done is a failure. */
	| { readonly kind: 'build' }
	| { readonly kind: 'none'; readonly why: string };

/** How the tests come by a real API server. */
export type ServerChoice =
	| LabChoice
	/** A cluster that runs already. */
	| { readonly kind: 'cluster'; readonly kubeconfig: string };

export async function chooseServer(environment: Environment): Promise<ServerChoice> {
	const { SPILLWAY_TEST_KUBECONFIG: kubeconfig } = environment;
	if (kubeconfig) return { kind: 'cluster', kubeconfig };
	const choice = await chooseLab(apiParts, environment);
	if (choice.kind !== 'none') return choice;
	return { ...choice, why: `${choice.why}, or set SPILLWAY_TEST_KUBECONFIG` };
}

export async function chooseLab(wanted: readonly Part[], environment: Environment): Promise<LabChoice> {
	const parts = await findParts(wanted, environment);
	const missing = missingParts(wanted, parts);
	if (missing.length === 0) return { kind: 'parts', parts };
	if (environment['SPILLWAY_LAB'] === 'build') return { kind: 'build' };
	const why = `no ${missing.join(', no ')}: run npm run lab -- build, or set KUBEBUILDER_ASSETS`;
	return { kind: 'none', why };
}
