import assert from 'node:assert/strict';
import { z } from 'zod';
import type { ApiAccess, ApiReply } from './api-access.ts';
import {
	type ConformanceCase,
	type ConformanceStep,
	type Control,
	conformanceFixtures,
	type RequestStep,
} from './conformance-corpus.ts';
import { type ConformanceWatch, openConformanceWatch } from './conformance-watch.ts';
import { assertPart } from './partial-match.ts';
import { fillPlaceholders } from './placeholders.ts';

export interface ServerUnderTest {
	readonly access: ApiAccess;
	/** Makes happen what a case asks for; without an entry the cases that ask for it cannot be played. */
	readonly controls: Readonly<Partial<Record<Control, () => void | Promise<void>>>>;
	/** What the namespaces' names begin with. */
	readonly prefix: string;
}

/** On a real server bookmarks and ends come by themselves, in the seconds that the cases ask for. */
export const patience: ServerUnderTest['controls'] = {
	bookmark: () => undefined,
	seconds: () => undefined,
};

interface Run extends ServerUnderTest {
	readonly bindings: Map<string, unknown>;
	watch?: ConformanceWatch;
}

export function canPlay(
	{ controls }: Pick<ServerUnderTest, 'controls'>,
	{ steps }: ConformanceCase,
): boolean {
	return steps.every((step) => !('control' in step) || controls[step.control] !== undefined);
}

/** Plays one case in a namespace named after it; throws an AssertionError for the first answer that differs. */
export async function runConformanceCase(
	server: ServerUnderTest,
	{ id, given, steps }: ConformanceCase,
): Promise<void> {
	const namespace = `${server.prefix}-${id}`;
	const run: Run = { ...server, bindings: new Map([['ns', namespace]]) };
	await createObject(run, '/api/v1/namespaces', {
		apiVersion: 'v1',
		kind: 'Namespace',
		metadata: { name: namespace },
	});
	try {
		for (const name of given) await createFixture(run, name);
		for (const step of steps) await playStep(run, step);
	} finally {
		await server.access.call({ method: 'DELETE', path: `/api/v1/namespaces/${namespace}` });
	}
}

const createdSchema = z.object({
	metadata: z.object({ name: z.string(), uid: z.string(), resourceVersion: z.string() }),
});

async function createFixture(run: Run, name: string): Promise<void> {
	const fixture = conformanceFixtures[name];
	assert(fixture !== undefined, `no fixture is called ${name}`);
	const collection = String(fillPlaceholders(fixture.collection, run.bindings));
	const { metadata } = await createObject(run, collection, fixture.object);
	run.bindings.set(name, `${collection}/${metadata.name}`);
	run.bindings.set(`${name}.uid`, metadata.uid);
	run.bindings.set(`${name}.version`, metadata.resourceVersion);
}

async function createObject(
	{ access }: Run,
	path: string,
	object: unknown,
): Promise<z.infer<typeof createdSchema>> {
	const { code, body } = await access.call({ method: 'POST', path, text: JSON.stringify(object) });
	assert.equal(code, 201, JSON.stringify(body));
	return createdSchema.parse(body);
}

async function playStep(run: Run, step: ConformanceStep): Promise<void> {
	if ('request' in step) return playRequest(run, step);
	if ('control' in step) {
		const control = run.controls[step.control];
		assert(control !== undefined, `nothing brings about: ${step.control}`);
		return control();
	}
	if ('watch' in step) {
		run.watch = await openConformanceWatch(run.access, String(fillPlaceholders(step.watch, run.bindings)));
		return;
	}
	assert(run.watch !== undefined, 'no watch is open');
	if ('ended' in step) {
		assert.equal(await run.watch.next(), undefined, 'the watch goes on');
		return;
	}
	for (const event of step.events) {
		const expected = fillPlaceholders(event, run.bindings);
		assertPart(await run.watch.next(expected), expected, 'event');
	}
}

async function playRequest(run: Run, step: RequestStep): Promise<void> {
	const { together = 1 } = step;
	const numbers = Array.from({ length: together }, (_, index) => 101 + index);
	const replies = await Promise.all(numbers.map((count) => sendRequest(run, step, count)));
	const counts: Record<string, number> = {};
	for (const { code } of replies) counts[code] = (counts[code] ?? 0) + 1;
	const expected = step.codes ?? { [String(step.code)]: together };
	assert.deepEqual(counts, expected, JSON.stringify(replies[0]?.body).slice(0, 300));
	const [reply] = replies;
	if (step.answer !== undefined)
		assertPart(reply?.body, fillPlaceholders(step.answer, run.bindings), 'answer');
	for (const [name, path] of Object.entries(step.save ?? {}))
		run.bindings.set(name, readField(reply?.body, path));
}

function sendRequest(run: Run, step: RequestStep, count: number): Promise<ApiReply> {
	const bindings = new Map([...run.bindings, ['count', count]]);
	const line = String(fillPlaceholders(step.request, bindings));
	const space = line.indexOf(' ');
	return run.access.call({
		method: line.slice(0, space),
		path: line.slice(space + 1),
		mediaType: step.type,
		text:
			step.text ??
			(step.body === undefined ? undefined : JSON.stringify(fillPlaceholders(step.body, bindings))),
		accept: step.accept,
		token: step.token,
	});
}

function readField(body: unknown, path: string): unknown {
	return path.split('.').reduce<unknown>((value, field) => Object(value)[field], body);
}
