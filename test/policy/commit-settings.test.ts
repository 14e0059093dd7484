import test from 'ava';
import { messageVariables } from '../../src/model/message-template.ts';
import { formatProblem } from '../../src/model/problem.ts';
import { parseText } from '../support/policy-documents.ts';

const writeCommits = (commits: string): string => `apiVersion: spillway.dev/v1alpha1
kind: SpillwayConfig
spec: {clusters: {}, commits: ${commits}}
`;

test('author, committer and message are read as they are written', (t) => {
	const author = { name: 'Ada Lovelace', email: 'ada@example.org' };
	const committer = { name: 'Spillway', email: 'bot@example.org' };
	const all = messageVariables.map((name) => `{{${name}}}`).join(' ');
	const written = {
		author,
		committer,
		message: { subject: 'traffic: {{ summary }}', body: `${all}\n{x} ünï` },
	};
	const { configs, problems } = parseText(writeCommits(JSON.stringify(written)), 'spillway.yaml');
	t.deepEqual(problems, []);
	t.deepEqual(configs[0]?.config.commits, written);
});

for (const commits of ['{}', '{author: {name: A, email: a@b}}', '{message: {body: x}}', '{message: {}}']) {
	test(`commits: ${commits} leaves the rest as it is`, (t) => {
		const { configs, problems } = parseText(writeCommits(commits), 'spillway.yaml');
		t.deepEqual(problems, []);
		t.is(typeof configs[0]?.config.commits, 'object');
	});
}

for (const [commits, ...said] of [
	[
		'{message: {subject: "{{polcy}} moved"}}',
		'E_TEMPLATE spec.commits.message.subject names an unknown variable (got "polcy"; expected one of policy, move, from, to, target, cluster, namespace, name, weights, reasons, count, summary, episode) → did you mean policy?',
	],
	[
		'{message: {body: "{{frm}} {{to}} {{weather}}"}}',
		'E_TEMPLATE spec.commits.message.body names an unknown variable (got "frm"',
		'E_TEMPLATE spec.commits.message.body names an unknown variable (got "weather"',
	],
	[
		'{message: {subject: "{{}}"}}',
		'E_TEMPLATE spec.commits.message.subject names an unknown variable (got ""',
	],
	[
		'{message: {subject: "{{policy}"}}',
		'E_TEMPLATE spec.commits.message.subject has braces that are no variable',
	],
	[
		'{message: {subject: "{{#if policy}}"}}',
		'E_TEMPLATE spec.commits.message.subject names an unknown variable (got "#if policy"',
	],
	['{message: {subject: "a\\nb"}}', 'E_TEMPLATE spec.commits.message.subject has several lines'],
	['{message: {subject: ""}}', 'E_REQUIRED spec.commits.message.subject is empty'],
	[
		`{message: {subject: "${'x'.repeat(201)}"}}`,
		'E_LIMIT spec.commits.message.subject is too long (got 201 characters; expected at most 200)',
	],
	[
		'{message: {subjekt: x}}',
		'E_UNKNOWN_FIELD unknown field "subjekt" (expected one of subject, body) → did you mean subject?',
	],
	['{author: {name: A}}', 'E_REQUIRED spec.commits.author.email is required'],
	[
		'{author: {name: "A <b>", email: a@b}}',
		'E_IDENTITY spec.commits.author.name cannot stand in a commit (got "A <b>"; expected one line without < and >)',
	],
	['{author: {name: "A\\nB", email: a@b}}', 'E_IDENTITY spec.commits.author.name cannot stand in a commit'],
	['{author: {name: " A", email: a@b}}', 'E_IDENTITY spec.commits.author.name cannot stand in a commit'],
	[
		'{committer: {name: A, email: nobody}}',
		'E_IDENTITY spec.commits.committer.email cannot stand in a commit (got "nobody"; expected an address such as bot@example.com)',
	],
	['{author: {name: "", email: a@b}}', 'E_REQUIRED spec.commits.author.name is empty'],
	['{signing: ssh}', 'E_UNKNOWN_FIELD unknown field "signing"'],
] as const) {
	test(`commits: ${commits.slice(0, 60)} is refused when it is read`, (t) => {
		const lines = parseText(writeCommits(commits), 'spillway.yaml').problems.map(formatProblem);
		t.is(lines.length, said.length, lines.join('\n'));
		for (const [index, part] of said.entries()) t.true(lines[index]?.includes(part), lines[index]);
	});
}
