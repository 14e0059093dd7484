/** Where the text of a ledger is kept. Throws ProblemError where it cannot be reached or will not have it. */
export interface LedgerStore {
	/** As messages name it: `ConfigMap east spillway/spillway-east-ledger`. */
	readonly name: string;
	/** `undefined` where nothing was saved yet. */
	load(signal: AbortSignal): Promise<string | undefined>;
	/** `conflict`: somebody else wrote since it was loaded, so that it must be loaded again first. */
	save(text: string, signal: AbortSignal): Promise<'saved' | 'conflict'>;
	/** Keeps a text that cannot be read beside the ledger, for people to look at. */
	putAside(text: string, signal: AbortSignal): Promise<void>;
}
