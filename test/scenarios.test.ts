import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { parseScenario } from '../src/simulator/scenario/parse-scenario.ts';
import { playScenario } from '../src/simulator/scenario/play-scenario.ts';
import { runStaged } from './support/staged-spillway.ts';

const folder = new URL('scenarios/', import.meta.url);

for (const file of readdirSync(folder).sort()) {
	const scenario = parseScenario(readFileSync(new URL(file, folder), 'utf8'));
	test(scenario.title, async (t) => {
		t.true(scenario.timeline.some(({ expect }) => expect !== undefined));
		t.deepEqual(await playScenario(scenario, runStaged), []);
	});
}

test('a scenario whose expectation does not hold says at which time, and what was seen instead', async (t) => {
	const text = readFileSync(new URL('01-failover-and-failback.yaml', folder), 'utf8');
	const wrong = parseScenario(text.replace('patches: 1', 'patches: 7'));
	t.deepEqual(await playScenario(wrong, runStaged), ['at 1m1s: patches: 1, expected 7']);
});
