/** A cluster's multicluster gateway, as the service mirrors of other clusters probe it. */
export interface Gateway {
	readonly address: string;
	/** `linkerd-multicluster`'s `gateway.port`; takes the traffic of every mirrored port. */
	readonly port: number;
	/** The TLS name its proxy presents. */
	readonly identity: string;
	alive(): boolean;
	/** Lets it die or come back. */
	set(alive: boolean): void;
	/** Returns what ends it. */
	onChange(listener: () => void): () => void;
}

export function createGateway(address: string): Gateway {
	const listeners = new Set<() => void>();
	let isAlive = true;
	return {
		address,
		port: 4143,
		identity: 'linkerd-gateway.linkerd-multicluster.serviceaccount.identity.linkerd.cluster.local',
		alive: () => isAlive,
		set(alive) {
			isAlive = alive;
			for (const tell of listeners) tell();
		},
		onChange(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
}
