import test from 'ava';
import { type Gitea, sharedGitea } from '../gitea.ts';
import { buildGitea } from './build.ts';
import { type GiteaChoice, giteaAtHand } from './programs.ts';

/** Declares a file's tests on the Gitea of its process. Where there is none, one test says so. */
export async function onGitea(declare: (find: () => Gitea) => void): Promise<void> {
	declareOnGitea(await giteaAtHand(), declare);
}

/** The same once it is known how to come by one: right away, as tests that follow others have to be declared. */
export function declareOnGitea(choice: GiteaChoice, declare: (find: () => Gitea) => void): void {
	if (choice.kind === 'none') {
		test('Gitea is left out', (t) => {
			t.log(`The tests on a real Gitea are left out: ${choice.why}`);
			t.pass();
		});
		return;
	}
	let gitea: Gitea | undefined;
	test.serial.before('real: Gitea starts', async (t) => {
		t.timeout(30 * 60_000);
		if (choice.kind === 'build') await buildGitea(t.log);
		gitea = await sharedGitea();
	});
	declare(() => {
		if (gitea === undefined) throw new Error('Gitea has not started');
		return gitea;
	});
	// What the tests start on it has ended by then.
	test.serial.after.always('real: Gitea ends', () => gitea?.stop());
}
