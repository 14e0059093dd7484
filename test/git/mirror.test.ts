import { repositoryContract } from '../contract/repository.ts';
import { serveGit } from '../support/git-http-server.ts';
import { presentRemote } from '../support/git-mirror.ts';
import { createBareRepository } from '../support/git-remote.ts';

repositoryContract('mirror over file', async (t, files) => {
	const bare = await createBareRepository(t, files);
	return presentRemote(t, bare, bare.url);
});

repositoryContract('mirror over HTTP', async (t, files) => {
	const bare = await createBareRepository(t, files);
	const { url } = await serveGit(t, bare);
	return presentRemote(t, bare, url);
});
