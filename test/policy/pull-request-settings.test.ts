import test from 'ava';
import { messageVariables } from '../../src/model/message-template.ts';
import { defaultPullRequests } from '../../src/model/policy.ts';
import { formatProblem } from '../../src/model/problem.ts';
import { parseText } from '../support/policy-documents.ts';

const writeConfig = (spec: string): string => `apiVersion: spillway.dev/v1alpha1
kind: SpillwayConfig
spec: {clusters: {}, ${spec}}
`;

function read(pullRequests: string) {
	const { configs, problems } = parseText(writeConfig(`pullRequests: ${pullRequests}`), 'spillway.yaml');
	return { settings: configs[0]?.config.pullRequests, told: problems.map(formatProblem) };
}

test('without pullRequests nothing is said of them, and an empty mapping says what is usual', (t) => {
	const { configs } = parseText(writeConfig('policies: [policies]'), 'spillway.yaml');
	t.false('pullRequests' in (configs[0]?.config ?? { pullRequests: {} }));
	t.deepEqual(read('{}'), { settings: defaultPullRequests, told: [] });
});

test('everything is read as it is written', (t) => {
	const all = messageVariables.map((name) => `{{${name}}}`).join('/');
	const written = {
		groupBy: 'Namespace',
		labels: ['failover', 'needs review', 'team::sre', 'größer'],
		reviewers: ['ada', 'renovate[bot]', 'a.b-c_d'],
		onCall: ['team:sre', 'team:group/sub'],
		draft: true,
		links: [
			{ title: 'Grafana: {{policy}}', url: `https://grafana.example.com:3000/d/x?a=b&var={{policy}}#${all}` },
			{ title: 'Runbook', url: 'http://{{namespace}}.example.com/' },
		],
		maxOpen: 1,
		maxPerHour: 1_000,
	};
	const { draft, ...rest } = written;
	t.deepEqual(read(JSON.stringify(written)), { settings: { ...rest, isDraft: draft } as never, told: [] });
});

test('a name that stands twice counts once, and no label may be set', (t) => {
	const { settings } = read('{labels: [], reviewers: [ada, bob, ada]}');
	t.deepEqual([settings?.labels, settings?.reviewers], [[], ['ada', 'bob']]);
});

const long = 'x'.repeat(256);

for (const [written, ...said] of [
	[
		'{groupBy: Clutser}',
		'E_ENUM spec.pullRequests.groupBy has an unknown value (got "Clutser"; expected one of Policy, Namespace, Cluster) → did you mean Cluster?',
	],
	['{groupby: Cluster}', 'E_UNKNOWN_FIELD unknown field "groupby"', 'did you mean groupBy?'],
	[
		'{draft: yes please}',
		'E_TYPE spec.pullRequests.draft has the wrong type (got "yes please"; expected true or false)',
	],
	['{maxOpen: 0}', 'E_RANGE spec.pullRequests.maxOpen is out of range (got 0; expected at least 1)'],
	[
		'{maxPerHour: 1001}',
		'E_RANGE spec.pullRequests.maxPerHour is out of range (got 1001; expected at most 1000)',
	],
	[
		'{labels: failover}',
		'E_TYPE spec.pullRequests.labels has the wrong type (got "failover"; expected a list)',
	],
	[
		'{labels: ["a,b"]}',
		'E_LABEL spec.pullRequests.labels[0] is no label (got "a,b") → write one line without commas',
	],
	['{labels: [ok, " a"]}', 'E_LABEL spec.pullRequests.labels[1] is no label'],
	['{labels: ["a\\nb"]}', 'E_LABEL spec.pullRequests.labels[0] is no label'],
	['{labels: [""]}', 'E_REQUIRED spec.pullRequests.labels[0] is empty'],
	[
		`{labels: [${long}]}`,
		'E_LIMIT spec.pullRequests.labels[0] is too long (got 256 characters; expected at most 255)',
	],
	[
		`{labels: [${Array(101).fill('a').join()}]}`,
		'E_LIMIT spec.pullRequests.labels has the wrong number of items (got 101; expected at most 100)',
	],
	['{reviewers: ["@ada"]}', 'E_LOGIN spec.pullRequests.reviewers[0] is no login (got "@ada") → write ada'],
	[
		'{reviewers: [org/sre]}',
		'E_LOGIN spec.pullRequests.reviewers[0] is no login (got "org/sre") → write team:sre',
	],
	[
		'{onCall: [ada lovelace]}',
		'E_LOGIN spec.pullRequests.onCall[0] is no login (got "ada lovelace") → write the login without @, or team:name for a team',
	],
	[
		'{onCall: ["ada,bob", "team:", "a\\tb"]}',
		'onCall[0] is no login',
		'onCall[1] is no login',
		'onCall[2] is no login',
	],
	['{onCall: ["a](http://x)"]}', 'E_LOGIN spec.pullRequests.onCall[0] is no login'],
	['{links: [{title: a}]}', 'E_REQUIRED spec.pullRequests.links[0].url is required'],
	['{links: [{title: "", url: "https://a"}]}', 'E_REQUIRED spec.pullRequests.links[0].title is empty'],
	[
		'{links: [{title: "a\\nb", url: "https://a"}]}',
		'E_LINK spec.pullRequests.links[0].title is not one line',
	],
	[
		'{links: [{title: a, url: "javascript:alert(1)"}]}',
		'E_LINK spec.pullRequests.links[0].url is no address of https or http',
	],
	[
		'{links: [{title: a, url: "ftp://a/b"}]}',
		'E_LINK spec.pullRequests.links[0].url is no address of https or http',
	],
	[
		'{links: [{title: a, url: "{{policy}}"}]}',
		'E_LINK spec.pullRequests.links[0].url is no address of https or http',
	],
	[
		'{links: [{title: a, url: "https://a b/"}]}',
		'E_LINK spec.pullRequests.links[0].url has characters that no address has',
	],
	['{links: [{title: a, url: "https://a/\\">x"}]}', 'E_LINK spec.pullRequests.links[0].url has characters'],
	['{links: [{title: a, url: "https://[::1/"}]}', 'E_LINK spec.pullRequests.links[0].url is no address'],
	[
		'{links: [{title: a, url: "https://a/{{polcy}}?{{}}"}]}',
		'E_TEMPLATE spec.pullRequests.links[0].url names an unknown variable (got "polcy"',
		'did you mean policy?',
		'E_TEMPLATE spec.pullRequests.links[0].url names an unknown variable (got ""',
	],
	[
		'{links: [{title: a, url: "https://a/{{policy}"}]}',
		'E_TEMPLATE spec.pullRequests.links[0].url has braces that are no variable',
	],
	[
		`{links: [{title: a, url: "https://a/${'x'.repeat(2048)}"}]}`,
		'E_LIMIT spec.pullRequests.links[0].url is too long',
	],
	[
		`{links: [${Array(21).fill('{title: a, url: "https://a"}').join()}]}`,
		'E_LIMIT spec.pullRequests.links has the wrong number of items (got 21; expected at most 20)',
	],
] as const) {
	test(`pullRequests: ${written.slice(0, 60)} is refused when it is read`, (t) => {
		const { settings, told } = read(written);
		t.is(settings, undefined);
		for (const part of said) t.true(told.join('\n').includes(part), told.join('\n'));
	});
}

test('credentials in a link are refused, and shown to nobody', (t) => {
	for (const url of ['https://ada:hunter2@a/', 'https://hunter2@a/', 'hunter2://a/']) {
		const { told } = read(`{links: [{title: a, url: "${url}"}]}`);
		t.regex(
			told.join('\n'),
			/E_LINK spec\.pullRequests\.links\[0\]\.url (?:carries credentials|is no address)/,
		);
		t.notRegex(told.join('\n'), /hunter2/);
	}
});

test('a refused commit may become a pull request', (t) => {
	const commits = (onRefused: string) =>
		parseText(writeConfig(`commits: {onRefused: ${onRefused}}`), 'spillway.yaml');
	t.deepEqual(commits('PullRequest').configs[0]?.config.commits, { onRefused: 'PullRequest' });
	t.regex(
		commits('pullrequest').problems.map(formatProblem).join(),
		/E_ENUM spec\.commits\.onRefused has an unknown value .* did you mean PullRequest\?/,
	);
});
