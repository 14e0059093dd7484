import test, { type ExecutionContext } from 'ava';
import type { Findings } from '../../../src/cli/validation/findings.ts';
import { type OutputFormat, outputFormats } from '../../../src/cli/validation/output-format.ts';
import { reportFindings } from '../../../src/cli/validation/report.ts';
import { anError, at, aWarning, foundIn } from '../../support/findings.ts';
import { readSarif } from '../../support/sarif-log.ts';
import { createTerminal } from '../../support/terminal.ts';
import { readWorkflowCommand } from '../../support/workflow-commands.ts';
import { readXml } from '../../support/xml-reader.ts';

function report(t: ExecutionContext, findings: Findings, output: OutputFormat) {
	const terminal = createTerminal(t);
	reportFindings(findings, { output, version: '1.2.3', folder: '/' }, terminal);
	return { out: terminal.written(), err: terminal.problems() };
}

const lines = `a.yaml:1:1 E_ENUM spec.mode has an unknown value → use one of the expected values
b.yaml:1:1 W_OLD_LABEL the label of an early version → label it failover.linkerd.io/controlled-by instead; Spillway knows both
`;
const counts = '2 files, 1 valid policy, 1 problem, 1 warning\n';

/** What people read in the log of a run, which shows stdout as well unless it went to a file. */
const told: Readonly<Record<OutputFormat, string>> = {
	text: counts,
	json: '',
	github: counts,
	sarif: lines + counts,
	junit: lines + counts,
	gitlab: lines + counts,
};

for (const output of outputFormats) {
	test(`-o ${output} leaves on stderr ${told[output] === '' ? 'nothing' : `${told[output].split('\n').length - 1} lines`}`, (t) => {
		const findings = foundIn([anError(at('a.yaml')), aWarning(at('b.yaml'))]);
		t.is(report(t, findings, output).err, told[output]);
	});
}

const readers: Readonly<Record<OutputFormat, (out: string) => number>> = {
	text: (out) => out.split('\n').length - 1,
	json: (out) => JSON.parse(out).problems.length,
	github: (out) => out.split('\n').flatMap((line) => readWorkflowCommand(line) ?? []).length,
	sarif: (out) => readSarif(out).results.length,
	junit: (out) =>
		readXml(out)
			.children.flatMap(({ children }) => children.flatMap((file) => file.children))
			.flatMap(({ text }) => text.split('\n')).length,
	gitlab: (out) => JSON.parse(out).length,
};

const many = foundIn(
	Array.from({ length: 10_000 }, (_, index) => anError(at(`policies/${index % 500}.yaml`, index + 1))),
);

for (const output of outputFormats) {
	test(`ten thousand problems are all there in -o ${output}, and none is none`, (t) => {
		const { out } = report(t, many, output);
		t.is(readers[output](out), 10_000);
		// GitHub takes no larger SARIF file, and that is the largest format.
		t.true(Buffer.byteLength(out) < 25 * 2 ** 20);
		t.is(readers[output](report(t, foundIn([], 'a.yaml'), output).out), 0);
	});
}
