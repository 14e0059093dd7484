import { declareOnGitea } from './gitea/on-gitea.ts';
import { giteaAtHand } from './gitea/programs.ts';
import type { Gitea } from './gitea.ts';
import { type FindCluster, type LabNeeds, onLab } from './on-lab.ts';

/** Declares a file's tests on clusters of its own and the Gitea of its process. Where one is missing, one test says so. */
export async function onLabAndGitea(
	needs: LabNeeds,
	declare: (find: FindCluster, findGitea: () => Gitea) => void,
): Promise<void> {
	const choice = await giteaAtHand();
	await onLab(needs, (find) => declareOnGitea(choice, (findGitea) => declare(find, findGitea)));
}
