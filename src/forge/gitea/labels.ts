import { apiPath } from '../http/api-path.ts';
import { understand } from '../http/client.ts';
import { asFields, readNumber, readText } from '../http/fields.ts';
import { readAll } from '../http/pages.ts';
import { type GiteaApi, pageSize } from './gitea-api.ts';

interface Label {
	readonly id: number;
	readonly name: string;
}

/** Of labels that Spillway makes: a calm blue-grey. */
const color = '#5b7c99';

/** By id: a name that two labels have would set both, and one that none has is passed over in silence. */
export async function addLabels(
	api: GiteaApi,
	number: number,
	names: readonly string[],
	signal: AbortSignal,
): Promise<void> {
	const wanted = [...new Set(names)];
	if (wanted.length === 0) return;
	const { client, repository } = api;
	const present = await listLabels(api, `${repository}/labels`, signal);
	const ids: number[] = [];
	for (const name of wanted) {
		const known = present.find((label) => label.name === name);
		ids.push((known ?? (await createLabel(api, name, signal))).id);
	}
	const path = `${repository}${apiPath`/issues/${number}/labels`}`;
	await client.send(
		{ method: 'POST', path, body: { labels: ids }, what: `label pull request ${number}` },
		signal,
	);
}

async function createLabel(
	{ client, repository }: GiteaApi,
	name: string,
	signal: AbortSignal,
): Promise<Label> {
	const what = 'make a label';
	const request = { method: 'POST', path: `${repository}/labels`, body: { name, color }, what } as const;
	return await client.ask({ ...request, creates: true }, parseLabel, signal);
}

export async function removeLabel(
	api: GiteaApi,
	number: number,
	name: string,
	signal: AbortSignal,
): Promise<void> {
	const { client, repository } = api;
	const place = `${repository}${apiPath`/issues/${number}/labels`}`;
	const present = await listLabels(api, place, signal);
	for (const { id } of present.filter((label) => label.name === name)) {
		const path = `${place}${apiPath`/${id}`}`;
		const what = `take a label off pull request ${number}`;
		// 422: the label itself is gone meanwhile.
		await client.send({ method: 'DELETE', path, what, expected: [404, 422] }, signal);
	}
}

async function listLabels(
	{ client }: GiteaApi,
	path: string,
	signal: AbortSignal,
): Promise<readonly Label[]> {
	const request = { method: 'GET', path, query: { limit: pageSize }, what: 'list labels' } as const;
	const items = await readAll(client, request, signal);
	return understand(client, request, () => items.map(parseLabel));
}

function parseLabel(item: unknown): Label {
	const fields = asFields(item, 'label');
	return { id: readNumber(fields, 'id'), name: readText(fields, 'name') };
}
