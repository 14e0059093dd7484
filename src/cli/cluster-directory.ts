import { parse } from 'yaml';
import { orAborted } from '../kubernetes/abort-scope.ts';
import { type ConnectedCluster, connectCluster } from '../kubernetes/cluster.ts';
import type { Connection } from '../kubernetes/connection.ts';
import { loadConnection } from '../kubernetes/kubeconfig.ts';
import { findProxy } from '../kubernetes/proxy.ts';
import { inClusterConnection } from '../kubernetes/service-account.ts';
import type { ClusterName } from '../model/names.ts';
import type { ClusterAccess, ClusterConfig } from '../model/policy.ts';
import type { Clock, Random } from '../model/ports/clock.ts';
import type { Cluster } from '../model/ports/cluster.ts';
import { ProblemError, problem } from '../model/problem.ts';
import { openSecretConnection } from './kubeconfig-secret.ts';
import type { Terminal } from './terminal.ts';

export interface ClusterDirectoryParts {
	readonly clock: Clock;
	readonly random: Random;
	readonly kubeconfig?: string | undefined;
	readonly allowInsecure: boolean;
	/** The process's: proxies, default places, and where a pod's API server is. */
	readonly environment: Terminal['env'];
	/** The home cluster; its access, where given, counts before what spillway.yaml says. */
	readonly home?: { readonly name: ClusterName; readonly access?: ClusterAccess | undefined } | undefined;
}

/** The clusters that spillway.yaml declares, connected when first asked for. */
export interface ClusterDirectory {
	declare(clusters: readonly ClusterConfig[]): void;
	/**
	 * Waits for the first declaration where nothing else says how to reach the cluster. Throws ProblemError when it is
	 * not declared, or cannot be reached as declared.
	 */
	find(name: ClusterName, signal: AbortSignal): Promise<Cluster>;
	close(): Promise<void>;
}

export function createClusterDirectory(parts: ClusterDirectoryParts): ClusterDirectory {
	const { home } = parts;
	const connected = new Map<string, Promise<ConnectedCluster>>();
	const declaration = Promise.withResolvers<void>();
	let declared: ReadonlyMap<ClusterName, ClusterAccess> = new Map();

	const accessOf = async (name: ClusterName, signal: AbortSignal): Promise<ClusterAccess> => {
		if (name === home?.name && home.access !== undefined) return home.access;
		await orAborted(declaration.promise, signal);
		const access = declared.get(name);
		if (access !== undefined) return access;
		const where = { kind: 'named', name: 'spillway.yaml' } as const;
		throw new ProblemError(problem('E_REFERENCE', { where, message: `no cluster ${name} is declared` }));
	};

	const find = async (name: ClusterName, signal: AbortSignal): Promise<Cluster> => {
		const access = await accessOf(name, signal);
		const key = `${name} ${JSON.stringify(access)}`;
		const known = connected.get(key);
		if (known !== undefined) return await known;
		const connecting = connect(parts, { name, access }, find);
		connected.set(key, connecting);
		// A kubeconfig may be mended while we run.
		connecting.catch(() => connected.delete(key));
		return await connecting;
	};

	return {
		declare(clusters) {
			declared = new Map(clusters.map(({ name, access }) => [name, access]));
			declaration.resolve();
		},
		find,
		async close() {
			const clusters = await Promise.allSettled(connected.values());
			await Promise.all(
				clusters.map((cluster) => (cluster.status === 'fulfilled' ? cluster.value.close() : undefined)),
			);
		},
	};
}

type Find = ClusterDirectory['find'];

async function connect(
	parts: ClusterDirectoryParts,
	{ name, access }: Pick<ClusterConfig, 'name' | 'access'>,
	find: Find,
): Promise<ConnectedCluster> {
	const { clock, random } = parts;
	return connectCluster({ name, connection: await openConnection(parts, access, find), clock, random });
}

async function openConnection(
	{ kubeconfig, allowInsecure, environment, clock, home }: ClusterDirectoryParts,
	access: ClusterAccess,
	find: Find,
): Promise<Connection> {
	switch (access.kind) {
		case 'context': {
			const file = kubeconfig === undefined ? {} : { kubeconfig };
			const tools = { parse: (text: string): unknown => parse(text), environment, clock };
			return await loadConnection({ ...file, context: access.context, allowInsecure, tools });
		}
		case 'inCluster': {
			const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = environment;
			const proxy = URL.canParse(`https://${host}`) ? findProxy(`https://${host}`, environment) : undefined;
			return await inClusterConnection({ host, port, proxy });
		}
		case 'secret': {
			const findHome = (signal: AbortSignal): Promise<Cluster> => {
				if (home !== undefined) return find(home.name, signal);
				const message = 'it is read from the home cluster, and there is none';
				const remedy = 'name the home cluster with --cluster <name>';
				const where = { kind: 'named', name: `secret ${access.namespace}/${access.name}` } as const;
				throw new ProblemError(problem('E_REFERENCE', { where, message, remedy }));
			};
			return await openSecretConnection({ findHome, secret: access, allowInsecure, environment });
		}
	}
}
