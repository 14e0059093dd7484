import { faultContract } from '../contract/faults.ts';
import { readConnection } from '../support/api-access.ts';
import { startEmbeddedApi } from '../support/embedded-api.ts';

faultContract('embedded', async (t) => {
	const { api } = await startEmbeddedApi(t);
	return { connection: readConnection(api.kubeconfig('east')) };
});
