import type { Connection } from '../../src/kubernetes/connection.ts';

/** How a process reaches the API server, or a relay in front of it. */
export interface Access {
	/** Its URL; plain HTTP where a relay speaks TLS in its place. */
	readonly server: string;
	/** PEM. */
	readonly ca: string;
	readonly token: string;
}

/** As a pod has it: a CA and a token, and no kubeconfig to resolve. */
export function connectionOf({ server, ca, token }: Access): Connection {
	const headers = { authorization: `Bearer ${token}` };
	return { server, tls: { ca, rejectUnauthorized: true }, authorize: () => Promise.resolve(headers) };
}
