/** What becomes of a probe: `refuse` fails at once, `blackhole` is never answered. */
export type GatewayMode = 'alive' | 'refuse' | 'blackhole';

/** Whether a cluster's gateway is taken to be alive, and who wants to know when that changes. */
export interface Liveness {
	alive(): boolean;
	/** Returns what ends it. */
	onChange(listener: () => void): () => void;
}

/** A cluster's multicluster gateway, as the service mirrors of other clusters probe it. */
export interface Gateway extends Liveness {
	readonly address: string;
	/** `linkerd-multicluster`'s `gateway.port`; takes the traffic of every mirrored port. */
	readonly port: number;
	/** The TLS name its proxy presents. */
	readonly identity: string;
	mode(): GatewayMode;
	/** Lets it die, by default so that connections are refused, or come back. */
	set(alive: boolean, death?: Exclude<GatewayMode, 'alive'>): void;
}

export function createGateway(address: string): Gateway {
	const listeners = new Set<() => void>();
	let mode: GatewayMode = 'alive';
	return {
		address,
		port: 4143,
		identity: 'linkerd-gateway.linkerd-multicluster.serviceaccount.identity.linkerd.cluster.local',
		mode: () => mode,
		alive: () => mode === 'alive',
		set(alive, death = 'refuse') {
			mode = alive ? 'alive' : death;
			for (const tell of listeners) tell();
		},
		onChange(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
}
