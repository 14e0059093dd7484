import test from 'ava';
import { parseScenario } from '../../../src/simulator/scenario/parse-scenario.ts';

function parse(step: string) {
	const text = `title: pulls\nclusters: {east: {}}\ntimeline: [{at: 1m, ${step}}]\n`;
	return parseScenario(text).timeline[0];
}

test('what a person does to a pull request is read by its name, alone or among others', (t) => {
	t.deepEqual(parse('pulls: {merge: failover/east, style: squash}')?.pulls, [
		{ act: 'merge', of: 'failover/east', as: 'ada', style: 'squash' },
	]);
	t.deepEqual(parse('pulls: [{close: 1, as: grace}, {label: 1, name: x}]')?.pulls, [
		{ act: 'close', of: 1, as: 'grace' },
		{ act: 'label', of: 1, as: 'ada', name: 'x' },
	]);
});

test('what is expected of pull requests is counts, branches, and each by its name', (t) => {
	t.deepEqual(
		parse("expect: {pulls: {open: 1, branches: [], failover/east: {state: open}, '2': null}}")?.expect?.pulls,
		{
			open: 1,
			total: undefined,
			branches: [],
			of: { 'failover/east': { state: 'open' }, 2: null },
		},
	);
});

test('trouble with the forge befalls the next call, for as long as it says', (t) => {
	t.deepEqual(parse('forge: {kind: answer, status: 429, retryAfter: 5m}')?.forge, {
		kind: 'answer',
		status: 429,
		retryAfter: 300_000,
		times: 1,
	});
});

for (const [step, words] of [
	['pulls: {mrege: 1}', 'names nothing that can be done: one of merge, close, reopen'],
	['pulls: {merge: 1, text: x}', 'Unrecognized key: "text"'],
	['pulls: {status: 1, name: ci, state: red}', '"success"|"failure"|"pending"'],
	['pulls: {comment: 1}', 'timeline[0].pulls[0].text'],
	['expect: {pulls: {failover/east: {comment: 1}}}', 'timeline[0].expect.pulls["failover/east"]'],
	['forge: {kind: answer, status: 418}', 'timeline[0].forge.status'],
	['protect: {mayPush: somebody}', 'timeline[0].protect.mayPush'],
] as const) {
	test(`a scenario with ${step} is told from a good one, and where it is wrong`, (t) => {
		const error = t.throws(() => parse(step), { instanceOf: TypeError });
		t.true(error?.message.includes(words), error?.message);
	});
}
