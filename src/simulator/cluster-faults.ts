/** What can go wrong between Spillway and one cluster's API. */
export type ClusterFault =
	/** Nothing answers and nothing proves life, until lifted. */
	| { readonly kind: 'unreachable' }
	/** Watches stay open but fall silent, until lifted; then they list again. */
	| { readonly kind: 'freeze-watches' }
	/** Every open watch ends. It takes up where it was, or lists again where the log is compacted. */
	| { readonly kind: 'cut-watches' }
	| PatchFault;

export type PatchFault =
	/** What the next patches come to. The answer can be lost before or after the patch is applied. */
	| {
			readonly kind: 'fail-next-patches';
			readonly times: number;
			readonly outcome: 'refused' | 'unavailable' | 'unknown-not-applied' | 'unknown-applied';
	  }
	/** Somebody else changes the object right before the next patch arrives. */
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
	/** The fault that strikes this patch, counted as one of its times. */
	strikePatch(): PatchFault | undefined;
	/** Tells of every fault that comes or goes. Returns what ends it. */
	onChange(listener: () => void): () => void;
}

export function createClusterFaultGate(): ClusterFaultGate {
	const listeners = new Set<() => void>();
	const standing = new Set<ClusterFault>();
	let patches: readonly PatchFault[] = [];
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
				patches = [...patches, ...Array.from({ length: fault.times }, () => fault)];
				return;
			case 'conflict-next':
				patches = [...patches, fault];
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
				patches = patches.filter((waiting) => waiting !== own);
				tellAll();
			};
		},
		isUnreachable: () => stands('unreachable'),
		areWatchesFrozen: () => stands('freeze-watches'),
		countCuts: () => cuts,
		strikePatch() {
			const [next, ...later] = patches;
			patches = later;
			return next;
		},
		onChange(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
}
