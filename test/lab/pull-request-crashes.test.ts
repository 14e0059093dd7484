// `spillway run` that is killed while it talks to a real Gitea, and starts again with an empty disk.
import test from 'ava';
import { aService, aSplit } from '../support/kubernetes-objects.ts';
import { createObject } from './create-object.ts';
import { apiParts } from './parts.ts';
import { listPulls, openPlace, type Place, untilTrue } from './pull-request-people.ts';
import { onLabAndGitea } from './pull-request-places.ts';
import { type KillPoint, startForgeProxy } from './pull-request-proxy.ts';
import { openPullRequestSite, writeSite } from './pull-request-site.ts';

const said = (message: string) => (line: { readonly message: string }) => line.message === message;

/** Of what it takes to ask: the branch, the pull request, its label, made and set, its page, and two statuses. */
const points: readonly (Pick<KillPoint, 'at' | 'when'> & { readonly what: string; readonly path: RegExp })[] =
	[
		{ at: 1, when: 'before', what: 'pushes the branch', path: /git-receive-pack$/ },
		{ at: 1, when: 'after', what: 'pushes the branch', path: /git-receive-pack$/ },
		{ at: 2, when: 'before', what: 'opens the pull request', path: /\/pulls$/ },
		{ at: 2, when: 'after', what: 'opens the pull request', path: /\/pulls$/ },
		{ at: 3, when: 'after', what: 'makes the label', path: /\/labels$/ },
		{ at: 4, when: 'after', what: 'sets the label', path: /\/issues\/1\/labels$/ },
		{ at: 6, when: 'before', what: 'sets a status', path: /\/statuses\// },
		{ at: 7, when: 'after', what: 'sets the last status', path: /\/statuses\// },
	];

await onLabAndGitea({ names: ['east'], parts: apiParts }, (find, findGitea) => {
	for (const { at, when, what, path } of points) {
		test.serial(
			`F27 real: killed ${when} it ${what}, and begun anew with an empty disk, there is exactly one pull request in the end`,
			async (t) => {
				t.timeout(120_000);
				const name = `killed-${when}-${at}`;
				const place = await openPlace(findGitea(), name, writeSite(name, { hasSyncer: false }));
				const { repository, people } = place;
				const proxy = await startForgeProxy(t, findGitea().url);
				const site = await openPullRequestSite(t, find, name);
				const metadata = { name: 'web', namespace: name };
				for (const each of ['web', 'spare']) {
					await createObject(site.access, aService({ metadata: { name: each, namespace: name } }));
				}
				await createObject(site.access, aSplit({ metadata, service: 'web', backends: { web: 1, spare: 0 } }));
				const url = repository.url.replace(findGitea().url, proxy.url);
				const start = () => site.start({ url, token: people.bot.token, flags: ['--poll-interval', '250ms'] });

				const dying = await start();
				let hasDied = false;
				proxy.killAt({
					at,
					when,
					async kill() {
						await dying.kill('SIGKILL');
						hasDied = true;
					},
				});
				await dying.until(({ reasons = [] }) =>
					reasons.some((reason) => reason.startsWith('the weights are right')),
				);
				await site.setReady(false);
				await untilTrue('it comes to that', () => hasDied);
				t.regex(String(proxy.changes[at - 1]), path);

				const next = await start();
				await next.until(said('asked for in a pull request'));
				await untilWhole(place);
				const pulls = await listPulls(place);
				t.like(pulls, [{ state: 'open', labels: [{ name: 'failover' }] }]);
				t.is(pulls.length, 1);
				const opened = [...dying.lines, ...next.lines].filter(said('pull request opened'));
				t.true(opened.length <= 1);
				t.deepEqual(site.weights(), ['1/0']);
			},
		);
	}
});

/** Until the pull request has all that it is given. */
async function untilWhole(place: Place): Promise<void> {
	const { gitea, repository, people } = place;
	await untilTrue('its statuses and its label are there', async () => {
		const [pull] = await listPulls(place);
		if (pull === undefined || pull.labels.length === 0) return false;
		const { body } = await gitea.call(
			people.ada,
			'GET',
			`${repository.path}/commits/${pull.head.sha}/status`,
		);
		const { statuses } = body as { readonly statuses: readonly { readonly status: string }[] | null };
		return statuses?.length === 2 && statuses.every(({ status }) => status === 'success');
	});
}
