/** Whether the Spillway on the stage leads; while it does not, another replica is taken to. */
export interface StagedLeadership {
	leads(): boolean;
	set(leads: boolean): void;
	/** Returns what ends it. */
	onGain(listener: () => void): () => void;
}

export function createLeadership(): StagedLeadership {
	const listeners = new Set<() => void>();
	let leading = true;
	return {
		leads: () => leading,
		set(leads) {
			leading = leads;
			if (leads) for (const tell of listeners) tell();
		},
		onGain(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
}
