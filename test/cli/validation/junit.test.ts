import test from 'ava';
import fc from 'fast-check';
import { renderJunit } from '../../../src/cli/validation/junit.ts';
import { escapeXml } from '../../../src/cli/validation/xml-text.ts';
import { formatProblem, formatWhere, isWarning } from '../../../src/model/problem.ts';
import { anError, anyFindings, at, aWarning, awkwardPaths, foundIn } from '../../support/findings.ts';
import { readXml, type XmlElement } from '../../support/xml-reader.ts';

/** The one suite of a report. */
function readSuite(report: string): XmlElement {
	const root = readXml(report);
	const [suite, ...others] = root.children;
	if (root.name !== 'testsuites' || suite?.name !== 'testsuite' || others.length > 0) throw new Error(report);
	return suite;
}

test('each file is a test case: its errors fail it, its warnings are what it has printed', (t) => {
	const error = anError(at('a.yaml', 2, 3));
	const report = renderJunit(foundIn([error, aWarning(at('a.yaml')), aWarning(at('b.yaml'))], 'c.yaml'));
	t.is(
		report,
		`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="spillway" tests="3" failures="1" errors="0">
	<testsuite name="spillway validate" tests="3" failures="1" errors="0" skipped="0">
		<testcase classname="spillway validate" name="a.yaml" file="a.yaml">
			<failure message="E_ENUM" type="E_ENUM">a.yaml:2:3 E_ENUM spec.mode has an unknown value → use one of the expected values</failure>
			<system-out>a.yaml:1:1 W_OLD_LABEL the label of an early version → label it failover.linkerd.io/controlled-by instead; Spillway knows both</system-out>
		</testcase>
		<testcase classname="spillway validate" name="b.yaml" file="b.yaml">
			<system-out>b.yaml:1:1 W_OLD_LABEL the label of an early version → label it failover.linkerd.io/controlled-by instead; Spillway knows both</system-out>
		</testcase>
		<testcase classname="spillway validate" name="c.yaml" file="c.yaml"/>
	</testsuite>
</testsuites>
`,
	);
	t.is(readSuite(report).children.length, 3);
});

test('several errors of a file are one failure, with a line for each', (t) => {
	const errors = [anError(at('a.yaml', 1)), anError(at('a.yaml', 2))];
	const [failure] = readSuite(renderJunit(foundIn(errors))).children[0]?.children ?? [];
	t.deepEqual(failure?.attributes, { message: '2 problems: E_ENUM', type: 'E_ENUM' });
	t.deepEqual(failure?.text.split('\n'), errors.map(formatProblem));
});

test('what is said of no file is a test case of its own', (t) => {
	const report = renderJunit(foundIn([anError({ kind: 'named', name: 'shop/web' })], 'a.yaml'));
	t.deepEqual(
		readSuite(report).children.map(({ attributes, children }) => [attributes['name'], children.length]),
		[
			['a.yaml', 0],
			['shop/web', 1],
		],
	);
});

test('without files there is a suite without test cases', (t) => {
	const { attributes, children } = readSuite(renderJunit(foundIn([])));
	t.like(attributes, { tests: '0', failures: '0', errors: '0' });
	t.deepEqual(children, []);
});

const texts: readonly (readonly [text: string, escaped: string])[] = [
	['plain → text 🚦', 'plain → text 🚦'],
	['a < b && "c" > d', 'a &lt; b &amp;&amp; &quot;c&quot; &gt; d'],
	[']]>', ']]&gt;'],
	['a\tb\r\nc', 'a&#9;b&#13;&#10;c'],
	['\u0000 \u0007 \u001B', '\\u0000 \\u0007 \\u001B'],
	['\uFFFE \uFFFF \uFFFD', '\\uFFFE \\uFFFF \uFFFD'],
	['\uD83D', '\\uD83D'],
];

for (const [text, escaped] of texts) {
	test(`${JSON.stringify(text)} is written as ${JSON.stringify(escaped)}`, (t) => {
		t.is(escapeXml(text), escaped);
	});
}

for (const path of awkwardPaths) {
	test(`a file called ${JSON.stringify(path)} has its test case`, (t) => {
		const [found] = readSuite(renderJunit(foundIn([anError(at(path))]))).children;
		t.is(escapeXml(found?.attributes['name'] ?? ''), escapeXml(path));
		t.is(found?.attributes['file'], found?.attributes['name']);
	});
}

test('whatever is found, the report is XML that counts right and tells every problem', (t) => {
	fc.assert(
		fc.property(anyFindings, (findings) => {
			const { attributes, children } = readSuite(renderJunit(findings));
			const failed = children.filter(({ children: [first] }) => first?.name === 'failure').length;
			t.is(attributes['tests'], String(children.length));
			t.is(attributes['failures'], String(failed));
			const wrong = findings.problems.filter((found) => !isWarning(found)).map(({ where }) => where);
			t.is(
				failed,
				new Set(wrong.map((where) => (where.kind === 'text' ? where.file : formatWhere(where)))).size,
			);
			const told = children.flatMap(({ children: parts }) => parts.flatMap(({ text }) => text.split('\n')));
			t.is(told.length, findings.problems.length);
		}),
	);
});
