import type { Clock } from '../../model/ports/clock.ts';
import type { ForgeError } from '../../model/ports/forge.ts';
import type { ForgeClient } from '../http/client.ts';
import { forgeError } from '../http/refusal.ts';

/** One repository at a Gitea or Forgejo. */
export interface GiteaApi {
	readonly client: ForgeClient;
	readonly clock: Clock;
	/** `/repos/owner/name`, encoded. */
	readonly repository: string;
}

/** Gitea gives no more on one page, whatever is asked for (MAX_RESPONSE_ITEMS). */
export const pageSize = 50;

/** What has to change before the call may be made again. */
export function refuseForGood({ client }: GiteaApi, message: string): ForgeError {
	return forgeError(client, 'E_FORGE_REFUSED', { message, retry: 'never' });
}
