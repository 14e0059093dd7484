// Hands on what comes from stdin, and ends with `N passed, N failed` as AVA's TAP summary has it. Exits with 1 when
// a test failed, when none was run, and when there is no summary, because the run broke off or never began.
const summary =
	/^1\.\.\d+\n# tests \d+\n# pass (?<passed>\d+)\n(?:# skip (?<skipped>\d+)\n)?# fail (?<failed>\d+)$/gm;

let output = '';
process.stdin.setEncoding('utf8');
for await (const text of process.stdin) {
	process.stdout.write(text);
	output += text;
}

const counts = [...output.matchAll(summary)].at(-1)?.groups;
if (counts === undefined) {
	process.stderr.write('no TAP summary: the tests broke off, or never began\n');
	process.exitCode = 1;
} else {
	const { passed, failed, skipped } = counts;
	const rest = skipped === undefined ? '' : `, ${skipped} skipped`;
	process.stdout.write(`${passed} passed, ${failed} failed${rest}\n`);
	process.exitCode = Number(passed) > 0 && Number(failed) === 0 ? 0 : 1;
}
