import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { ControllerSite } from '../controllers.ts';
import { installTypes } from '../custom-types.ts';
import { findFreePorts } from '../free-ports.ts';
import type { ArgoCdPrograms } from './programs.ts';
import { argoCdNamespace, declareSettings } from './settings.ts';

export interface ArgoCdSite extends Omit<ControllerSite, 'parts'> {
	readonly programs: ArgoCdPrograms;
}

const types = new URL('crds/', import.meta.url);

/** Starts redis, Argo CD's repo-server and its application controller; without its API server and UI. */
export async function startArgoCdServers(site: ArgoCdSite): Promise<void> {
	const { programs, folder, kubeconfig, access, start } = site;
	await installTypes(access, types);
	await declareSettings(access);
	const files = join(folder, 'argo-cd');
	await mkdir(files);
	const ports = await findFreePorts(5);
	const [redis = 0, repositories = 0, repositoryMetrics = 0, health = 0] = ports;
	const environment = {
		KUBECONFIG: kubeconfig,
		TMPDIR: files,
		// Nobody's own settings of git.
		HOME: files,
		XDG_CONFIG_HOME: files,
		ARGOCD_TLS_DATA_PATH: files,
		ARGOCD_SSH_DATA_PATH: files,
		ARGOCD_GPG_ENABLED: 'false',
		// The cluster of its kubeconfig stands for the one that it would run in.
		ARGOCD_FAKE_IN_CLUSTER: 'true',
		// Its 50 requests per second hold up the tests of a file, which all run at once.
		ARGOCD_K8S_CLIENT_QPS: '1000',
		ARGOCD_K8S_CLIENT_BURST: '2000',
	};
	const cacheFlag = `--redis=127.0.0.1:${redis}`;
	const cache = await start({
		name: 'redis',
		program: programs.redis,
		args: ['--bind', '127.0.0.1', '--port', String(redis), '--save', '', '--dir', files],
	});
	await cache.untilReady(() => isOpen(redis));
	const repoServer = await start({
		name: 'argocd-repo-server',
		program: programs.argocd,
		args: [
			cacheFlag,
			'--disable-tls',
			'--address=127.0.0.1',
			`--port=${repositories}`,
			'--metrics-address=127.0.0.1',
			`--metrics-port=${repositoryMetrics}`,
		],
		environment: { ...environment, ARGOCD_BINARY_NAME: 'argocd-repo-server' },
	});
	await repoServer.untilReady(() => isOpen(repositories));
	const controller = await start({
		name: 'argocd-application-controller',
		program: programs.argocd,
		args: [
			cacheFlag,
			`--namespace=${argoCdNamespace}`,
			`--repo-server=127.0.0.1:${repositories}`,
			'--repo-server-plaintext',
			// For health too. It has no flag for the address, which is that of every interface.
			`--metrics-port=${health}`,
			// Nothing but refreshes and the changes that it watches count.
			'--app-resync=3600',
			'--app-resync-jitter=0',
		],
		environment: { ...environment, ARGOCD_BINARY_NAME: 'argocd-application-controller' },
	});
	await controller.untilReady(async () => (await fetch(`http://127.0.0.1:${health}/healthz`)).ok);
}

async function isOpen(port: number): Promise<boolean> {
	const socket = connect({ host: '127.0.0.1', port });
	const opened = Promise.withResolvers<boolean>();
	socket.once('connect', () => opened.resolve(true)).once('error', () => opened.resolve(false));
	try {
		return await opened.promise;
	} finally {
		socket.destroy();
	}
}
