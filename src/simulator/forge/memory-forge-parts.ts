import type { Login } from '../../model/ports/forge.ts';
import type { ForgeCalls } from './forge-calls.ts';
import type { ForgeCore } from './forge-core.ts';

/** What the parts of the port share. */
export interface MemoryForgeParts {
	readonly core: ForgeCore;
	readonly user: Login;
	/** The repository's page. */
	readonly page: string;
	readonly calls: ForgeCalls;
}
