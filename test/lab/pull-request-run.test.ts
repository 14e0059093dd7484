// `spillway run` against a real Gitea, a real API server and Flux's own kustomize-controller.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { makeFolder } from '../support/temporary-folder.ts';
import { startFlux } from './flux.ts';
import { findFreePorts } from './free-ports.ts';
import type { Gitea } from './gitea.ts';
import type { FindCluster } from './on-lab.ts';
import { fluxParts } from './parts.ts';
import {
	askAs,
	type GiteaPull,
	listPulls,
	mergeAs,
	openPlace,
	type Place,
	untilFound,
} from './pull-request-people.ts';
import { onLabAndGitea } from './pull-request-places.ts';
import { openPullRequestSite, type PullRequestSite, writeSite } from './pull-request-site.ts';
import type { RunProcess } from './run-process.ts';

await onLabAndGitea({ names: ['east'], parts: fluxParts, flux: true }, (find, findGitea) => {
	test.serial(
		'real: with nothing but a URL and a token a move is asked for at the forge, merged by a person, applied by Flux, and told as live',
		async (t) => {
			const { place, site } = await setStage(t, { find, gitea: findGitea(), name: 'asked' });
			const { repository, people } = place;
			const flags = ['--poll-interval', '250ms'];
			const run = await site.start({ url: repository.url, token: people.bot.token, flags });
			await untilInPlace(run);
			await site.setReady(false);
			const opened = await run.until(said('pull request opened'));
			const pull = await untilOpen(place);
			t.is(opened.number, pull.number);
			t.deepEqual(site.weights(), ['1/0'], 'nothing moves before the merge');
			await mergeAs(place, people.ada, pull);
			await run.until(said('pull request merged'));
			await site.untilWeights('0/1');
			await run.until(said('converged'));
			await untilStatus(place, pull, 'spillway/applied');
			t.deepEqual(site.weights(), ['1/0', '0/1']);

			await site.setReady(true);
			const back = await untilOpen(place);
			t.regex(back.head.ref, /^spillway\/failback\//);
			t.deepEqual(site.weights(), ['1/0', '0/1']);
			await mergeAs(place, people.ada, back, 'squash');
			await site.untilWeights('1/0');
			await run.until(({ message, move }) => message === 'converged' && move === 'failback');
			t.is((await listPulls(place)).length, 2);
			t.deepEqual(await run.kill('SIGTERM'), { status: 0, signal: null });
		},
	);

	test.serial('real: a webhook tells of the merge long before the next look would', async (t) => {
		const { place, site } = await setStage(t, { find, gitea: findGitea(), name: 'hooked' });
		const { repository, people, gitea } = place;
		const secret = 'the-secret-of-the-webhooks-of-the-lab';
		const file = join(await makeFolder(t), 'webhook-secret');
		await writeFile(file, secret);
		const [port = 0] = await findFreePorts(1);
		const url = `http://127.0.0.1:${port}/webhook`;
		const events = ['push', 'pull_request', 'issue_comment', 'pull_request_comment'];
		await gitea.addWebhook(repository, { url, secret, events });
		const listen = ['--webhook-listen', `127.0.0.1:${port}`, '--webhook-secret', file];
		const flags = ['--poll-interval', '1h', ...listen];
		const run = await site.start({ url: repository.url, token: people.bot.token, flags });
		await run.until(said('listening for webhooks'));
		await untilInPlace(run);
		await site.setReady(false);
		const pull = await untilOpen(place);
		await untilStatus(place, pull, 'spillway/still-needed');
		await askAs(place, people.ada, ['POST', `/issues/${pull.number}/comments`], {
			body: '/spillway hold 1h',
		});
		const heardOf = Date.now();
		await run.until(said('pull request: a command was carried out'));
		t.true(Date.now() - heardOf < 15_000);
		const mergedAt = Date.now();
		await mergeAs(place, people.ada, pull);
		await run.until(said('pull request merged'));
		const noticed = Date.now() - mergedAt;
		await site.untilWeights('0/1');
		await run.until(said('converged'));
		t.log(`noticed ${noticed} ms after the merge, live after ${Date.now() - mergedAt} ms`);
		t.true(noticed < 15_000, `${noticed} ms`);
	});
});

const said = (message: string) => (line: { readonly message: string }) => line.message === message;

interface Stage {
	readonly place: Place;
	readonly site: PullRequestSite;
}

async function setStage(
	t: ExecutionContext,
	{ find, gitea, name }: { readonly find: FindCluster; readonly gitea: Gitea; readonly name: string },
): Promise<Stage> {
	t.timeout(180_000);
	const place = await openPlace(gitea, name, writeSite(name));
	const site = await openPullRequestSite(t, find, name);
	await startFlux(t, { cluster: find('east'), url: place.repository.url, namespace: name });
	await site.untilWeights('1/0');
	return { place, site };
}

async function untilInPlace(run: RunProcess): Promise<void> {
	await run.until(({ reasons = [] }) => reasons.some((reason) => reason.startsWith('the weights are right')));
}

function untilOpen(place: Place): Promise<GiteaPull> {
	return untilFound('a pull request is open', async () =>
		(await listPulls(place)).find(({ state }) => state === 'open'),
	);
}

async function untilStatus(
	{ gitea, repository, people }: Place,
	{ head }: GiteaPull,
	context: string,
): Promise<void> {
	await untilFound(`${context} on ${head.sha}`, async () => {
		const path = `${repository.path}/commits/${head.sha}/status`;
		const { body } = await gitea.call(people.ada, 'GET', path);
		const { statuses } = body as { readonly statuses: readonly { context: string; status: string }[] | null };
		return statuses?.find((each) => each.context === context && each.status === 'success');
	});
}
