import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { issueServerCertificate } from '../../src/simulator/kubernetes/certificates.ts';
import { type ApiAccess, openApiAccess } from '../support/api-access.ts';
import type { ArgoCdPrograms } from './argo-cd/programs.ts';
import { startArgoCdServers } from './argo-cd/servers.ts';
import { startControllers } from './controllers.ts';
import { installTypes } from './custom-types.ts';
import { startFluxServers } from './flux-servers.ts';
import { findFreePorts } from './free-ports.ts';
import { apiParts, missingParts, type Parts } from './parts.ts';
import { type ServerOptions, type ServerProcess, startServer } from './server-process.ts';

export interface LabClusterOptions {
	/** Names the cluster, and its context in the kubeconfig. */
	readonly name: string;
	/** etcd and kube-apiserver; more of them where `controllers` or `flux` is set. */
	readonly parts: Parts;
	/** Deployments get pods that become ready, Services get EndpointSlices, deleted namespaces are emptied. */
	readonly controllers?: boolean;
	/** Flux runs: kustomize-controller, and the lab's own source-controller. */
	readonly flux?: boolean;
	/** Where kustomize-controller unpacks what it applies. Default: in the cluster's own folder. */
	readonly fluxScratch?: string;
	/** Argo CD runs: of these programs. */
	readonly argoCd?: ArgoCdPrograms;
	/** More flags for the API server. */
	readonly flags?: readonly string[];
	/** Runs a second API server on the same etcd, without watch cache: what etcd has forgotten is gone there. */
	readonly forgetful?: boolean;
}

/** A real Kubernetes API server on loopback, with the types of `crds/`. */
export interface LabCluster {
	readonly name: string;
	readonly url: string;
	/** The file, with one context of the cluster's name. */
	readonly kubeconfig: string;
	/** The same for the forgetful API server, where it was asked for. */
	readonly forgetful?: string;
	/** Its etcd, over HTTP. */
	readonly etcd: string;
	/** By process. */
	readonly pids: Readonly<Record<string, number>>;
	/** Ends every process and removes every file. */
	stop(): Promise<void>;
}

/** Starts a cluster in a temporary folder. A start that fails leaves nothing behind. */
export async function startCluster(options: LabClusterOptions): Promise<LabCluster> {
	try {
		return await tryCluster(options);
	} catch (error) {
		// A port that was free when it was looked for may be taken by now.
		if (!String(error).includes('address already in use')) throw error;
		return tryCluster(options);
	}
}

async function tryCluster(options: LabClusterOptions): Promise<LabCluster> {
	const missing = missingParts(apiParts, options.parts);
	if (missing.length > 0) throw new Error(`${missing.join(' and ')} missing`);
	const folder = await mkdtemp(join(tmpdir(), `spillway-lab-${options.name}-`));
	const servers: ServerProcess[] = [];
	const stop = async () => {
		for (const server of servers.toReversed()) await server.stop();
		await rm(folder, { recursive: true, force: true, maxRetries: 3 });
	};
	const start = async (server: Omit<ServerOptions, 'folder'>) => {
		const started = await startServer({ ...server, folder });
		servers.push(started);
		return started;
	};
	try {
		const addresses = await startServers({ ...options, folder, start });
		const pids = Object.fromEntries(servers.map(({ name, pid }) => [name, pid]));
		return { name: options.name, ...addresses, pids, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

interface Site extends LabClusterOptions {
	readonly folder: string;
	/** Starts a process that ends with the cluster. */
	start(server: Omit<ServerOptions, 'folder'>): Promise<ServerProcess>;
}

async function startServers(site: Site): Promise<Omit<LabCluster, 'name' | 'pids' | 'stop'>> {
	const [client = 0, peer = 0, secure = 0, second = 0] = await findFreePorts(4);
	const etcd = `http://127.0.0.1:${client}`;
	await startEtcd(site, etcd, `http://127.0.0.1:${peer}`);
	const identity = await createIdentity(site);
	const { flags = [] } = site;
	const main = { name: 'kube-apiserver', etcd, port: secure, flags, ...identity };
	const kubeconfig = await startApiServer(site, main);
	await withAccess(kubeconfig, installTypes);
	const forgetful = { ...main, name: 'forgetful-apiserver', port: second, flags: ['--watch-cache=false'] };
	const more = site.forgetful ? { forgetful: await startApiServer(site, forgetful) } : {};
	if (site.controllers) {
		await withAccess(kubeconfig, (access) => startControllers({ ...site, kubeconfig, access }));
	}
	if (site.flux) await withAccess(kubeconfig, (access) => startFluxServers({ ...site, kubeconfig, access }));
	const { argoCd } = site;
	if (argoCd !== undefined) {
		await withAccess(kubeconfig, (access) =>
			startArgoCdServers({ ...site, programs: argoCd, kubeconfig, access }),
		);
	}
	return { url: formatUrl(secure), kubeconfig, etcd, ...more };
}

async function startEtcd({ parts, start }: Site, client: string, peer: string): Promise<void> {
	const server = await start({
		name: 'etcd',
		program: String(parts.etcd),
		args: [
			'--data-dir=etcd',
			'--unsafe-no-fsync',
			'--log-level=error',
			`--listen-client-urls=${client}`,
			`--advertise-client-urls=${client}`,
			`--listen-peer-urls=${peer}`,
			`--initial-advertise-peer-urls=${peer}`,
			`--initial-cluster=default=${peer}`,
		],
	});
	await server.untilReady(async () => (await fetch(`${client}/readyz`)).ok);
}

/** What the API servers of one cluster share. */
interface Identity {
	/** PEM. */
	readonly ca: string;
	/** Of a member of system:masters. */
	readonly token: string;
}

/** Issues the certificate, the key of the service accounts and the token, as files in the cluster's folder. */
async function createIdentity({ name, folder }: Site): Promise<Identity> {
	const { ca, cert, key } = await issueServerCertificate(`${name} authority`);
	const signing = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
	const token = randomUUID();
	const files = {
		'server.crt': cert,
		'server.key': key,
		'service-accounts.key': signing.export({ type: 'sec1', format: 'pem' }),
		tokens: `${token},admin,admin,system:masters\n`,
	};
	for (const [file, text] of Object.entries(files))
		await writeFile(join(folder, file), text, { mode: 0o600 });
	return { ca, token };
}

interface ApiServerOptions extends Identity {
	readonly name: string;
	readonly etcd: string;
	readonly port: number;
	readonly flags?: readonly string[];
}

/** Resolves to its kubeconfig once it is ready. */
async function startApiServer(site: Site, options: ApiServerOptions): Promise<string> {
	const { parts, folder, start } = site;
	const { name, etcd, port, flags = [] } = options;
	const server = await start({
		name,
		program: String(parts['kube-apiserver']),
		args: [
			`--etcd-servers=${etcd}`,
			'--bind-address=127.0.0.1',
			`--secure-port=${port}`,
			'--cert-dir=.',
			'--tls-cert-file=server.crt',
			'--tls-private-key-file=server.key',
			'--token-auth-file=tokens',
			'--authorization-mode=Node,RBAC',
			'--service-account-key-file=service-accounts.key',
			'--service-account-signing-key-file=service-accounts.key',
			'--service-account-issuer=https://kubernetes.default.svc',
			'--service-cluster-ip-range=10.96.0.0/16',
			'--endpoint-reconciler-type=none',
			// No controller makes the accounts, and no scheduler heeds the taints.
			'--disable-admission-plugins=ServiceAccount,TaintNodesByCondition',
			...flags,
		],
	});
	const kubeconfig = join(folder, `${name}.kubeconfig`);
	await writeFile(kubeconfig, formatKubeconfig(site.name, options), { mode: 0o600 });
	await withAccess(kubeconfig, (access) =>
		server.untilReady(async () => (await access.call({ method: 'GET', path: '/readyz' })).code === 200),
	);
	return kubeconfig;
}

async function withAccess(kubeconfig: string, use: (access: ApiAccess) => Promise<void>): Promise<void> {
	const access = openApiAccess(await readFile(kubeconfig, 'utf8'));
	try {
		await use(access);
	} finally {
		await access.close();
	}
}

function formatUrl(port: number): string {
	return `https://127.0.0.1:${port}`;
}

function formatKubeconfig(name: string, { ca, token, port }: ApiServerOptions): string {
	const authority = Buffer.from(ca).toString('base64');
	const cluster = { server: formatUrl(port), 'certificate-authority-data': authority };
	return stringify({
		apiVersion: 'v1',
		kind: 'Config',
		clusters: [{ name, cluster }],
		users: [{ name: `${name}-admin`, user: { token } }],
		contexts: [{ name, context: { cluster: name, user: `${name}-admin` } }],
		'current-context': name,
	});
}
