import type { Milliseconds } from '../../model/time.ts';

/** Trouble made on purpose. */
export type Fault = WatchFault | RequestFault | { readonly kind: 'refuse-connections' };

/** Strikes the watches that are open now. */
export type WatchFault =
	/** Their connections are cut. */
	| { readonly kind: 'cut-watches' }
	/** They end as if their time had run out. */
	| { readonly kind: 'end-watches' }
	/** They stay open and never say anything again: a half-open connection. */
	| { readonly kind: 'silence-watches' }
	/** They receive one line as it is: garbage, or an ERROR event. */
	| { readonly kind: 'send-line'; readonly line: string };

/** Strikes the next `times` requests that match; without `times` all, until lifted. */
export type RequestFault = {
	/** Upper case; absent = any. */
	readonly method?: string;
	readonly pathPrefix?: string;
	readonly times?: number;
} & (
	| { readonly kind: 'answer'; readonly code: number; readonly retryAfterSeconds?: number }
	/** Applied and answered this much later. */
	| { readonly kind: 'hold'; readonly span: Milliseconds }
	/** The connection is cut without an answer. */
	| { readonly kind: 'drop'; readonly moment: 'before-applying' | 'before-answering' }
);

export interface Faults {
	/** Makes trouble from now on; what it returns lifts it, where there is something to lift. */
	inject(fault: Fault): () => void;
}

/** The server's side of the faults. */
export interface FaultGate extends Faults {
	refusesConnections(): boolean;
	/** The faults that strike this request, each counted as one of its times. */
	strikeRequest(method: string, path: string): readonly RequestFault[];
}

export interface FaultTargets {
	strikeWatches(fault: WatchFault): void;
	/** Cuts every open connection. */
	disconnect(): void;
}

export function createFaultGate({ strikeWatches, disconnect }: FaultTargets): FaultGate {
	const standing = new Map<RequestFault, number>();
	const refusals = new Set<Fault>();

	return {
		inject(fault) {
			switch (fault.kind) {
				case 'cut-watches':
				case 'end-watches':
				case 'silence-watches':
				case 'send-line':
					strikeWatches(fault);
					return () => undefined;
				case 'refuse-connections':
					refusals.add(fault);
					disconnect();
					return () => refusals.delete(fault);
				case 'answer':
				case 'hold':
				case 'drop':
					standing.set(fault, fault.times ?? Number.POSITIVE_INFINITY);
					return () => standing.delete(fault);
			}
		},
		refusesConnections: () => refusals.size > 0,
		strikeRequest(method, path) {
			const struck = [...standing].filter(
				([fault]) => (fault.method ?? method) === method && path.startsWith(fault.pathPrefix ?? ''),
			);
			for (const [fault, times] of struck) {
				if (times <= 1) standing.delete(fault);
				else standing.set(fault, times - 1);
			}
			return struck.map(([fault]) => fault);
		},
	};
}
