import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ControllerSite } from './controllers.ts';
import { fluxTypeFolder, installTypes } from './custom-types.ts';
import { findFreePorts } from './free-ports.ts';
import { missingParts } from './parts.ts';

export interface FluxSite extends ControllerSite {
	/** Of the cluster. */
	readonly name: string;
	/** Where kustomize-controller unpacks what it applies. Default: below `folder`. */
	readonly fluxScratch?: string;
}

const sourceController = fileURLToPath(new URL('source-controller.ts', import.meta.url));

/** Starts kustomize-controller, and the lab's own source-controller, on a cluster; for every namespace. */
export async function startFluxServers(site: FluxSite): Promise<void> {
	const { parts, name, folder, kubeconfig, access, start } = site;
	const missing = missingParts(['kustomize-controller'], parts);
	if (missing.length > 0) throw new Error(`${missing.join(' and ')} missing`);
	await installTypes(access, fluxTypeFolder);
	const files = join(folder, 'flux');
	await mkdir(files);
	const { fluxScratch = files } = site;
	await start({
		name: 'source-controller',
		program: process.execPath,
		args: [sourceController, name, kubeconfig, files],
	});
	const [port = 0] = await findFreePorts(1);
	const server = await start({
		name: 'kustomize-controller',
		program: String(parts['kustomize-controller']),
		args: [
			'--events-addr=',
			'--metrics-addr=0',
			`--health-addr=127.0.0.1:${port}`,
			'--watch-all-namespaces',
			// Flux's default of 30 s is longer than anybody waits here.
			'--requeue-dependency=2s',
		],
		environment: { KUBECONFIG: kubeconfig, RUNTIME_NAMESPACE: 'flux-system', TMPDIR: fluxScratch },
	});
	await server.untilReady(async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok);
}
