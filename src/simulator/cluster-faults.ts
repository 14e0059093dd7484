/** What can go wrong between Spillway and one cluster's API. */
export type ClusterFault =
	/** Nothing answers and nothing proves life, until lifted. */
	| { readonly kind: 'unreachable' }
	/** Watches stay open but fall silent, until lifted; then they list again. */
	| { readonly kind: 'freeze-watches' }
	/** Every open watch ends. It takes up where it was, or lists again where the log is compacted. */
	| { readonly kind: 'cut-watches' }
	| WriteFault;

export type WriteFault =
	/** What the next writes come to: patches, applies and all others. An answer can be lost before or after the write. */
	| {
			readonly kind: 'fail-next-patches';
			readonly times: number;
			readonly outcome: 'refused' | 'unavailable' | 'unknown-not-applied' | 'unknown-applied';
	  }
	/** Somebody else changes the object right before the next write arrives. */
	| { readonly kind: 'conflict-next' };

export interface ClusterFaults {
	/** Makes trouble from now on; what it returns lifts it, where there is something to lift. */
	inject(fault: ClusterFault): () => void;
}

/** The cluster's side of the faults. */
export interface ClusterFaultGate extends ClusterFaults {
	isUnreachable(): boolean;
	areWatchesFrozen(): boolean;
	/** How often every open watch had to end so far. */
	countCuts(): number;
	/** The fault that strikes this write, counted as one of its times. */
	strikeWrite(): WriteFault | undefined;
	/** Tells of every fault that comes or goes. Returns what ends it. */
	onChange(listener: () => void): () => void;
}

export function createClusterFaultGate(): ClusterFaultGate {
	const listeners = new Set<() => void>();
	const standing = new Set<ClusterFault>();
	let writes: readonly WriteFault[] = [];
	let cuts = 0;

	const stands = (kind: ClusterFault['kind']) => [...standing].some((fault) => fault.kind === kind);
	const tellAll = () => {
		for (const tell of listeners) tell();
	};
	const start = (fault: ClusterFault) => {
		switch (fault.kind) {
			case 'unreachable':
				standing.add(fault);
				cuts += 1;
				return;
			case 'freeze-watches':
				standing.add(fault);
				return;
			case 'cut-watches':
				cuts += 1;
				return;
			case 'fail-next-patches':
				writes = [...writes, ...Array.from({ length: fault.times }, () => fault)];
				return;
			case 'conflict-next':
				writes = [...writes, fault];
				return;
		}
	};

	return {
		inject(fault) {
			const own = { ...fault };
			start(own);
			tellAll();
			return () => {
				standing.delete(own);
				writes = writes.filter((waiting) => waiting !== own);
				tellAll();
			};
		},
		isUnreachable: () => stands('unreachable'),
		areWatchesFrozen: () => stands('freeze-watches'),
		countCuts: () => cuts,
		strikeWrite() {
			const [next, ...later] = writes;
			writes = later;
			return next;
		},
		onChange(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
}
