import { paint, type Terminal } from '../terminal.ts';
import { countFindings, type Findings, hasErrors, listProblems } from './findings.ts';
import { renderGithub } from './github.ts';
import { renderGitlab } from './gitlab.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import type { OutputFormat } from './output-format.ts';
import { renameFiles, repositoryPaths } from './repository-paths.ts';
import { renderSarif } from './sarif.ts';

export interface ReportOptions {
	readonly output: OutputFormat;
	/** Of Spillway, for reports that name their tool. */
	readonly version: string;
	/** From whose repository paths are told, in the formats that forges read. */
	readonly folder: string;
}

/**
 * Prints findings. A report goes to stdout alone, so that it can be kept in a file; what people read in the log of
 * a run goes to stderr, except with `json`, whose readers are programs.
 */
export function reportFindings(
	findings: Findings,
	{ output, version, folder }: ReportOptions,
	terminal: Terminal,
): void {
	const inRepository = (): Findings => renameFiles(findings, repositoryPaths(folder));
	switch (output) {
		case 'text':
			terminal.out(listProblems(findings));
			break;
		case 'json':
			terminal.out(renderJson(findings));
			return;
		case 'github':
			terminal.out(renderGithub(inRepository()));
			break;
		case 'sarif':
			terminal.out(renderSarif(inRepository(), version));
			terminal.err(listProblems(findings));
			break;
		case 'junit':
			terminal.out(renderJunit(inRepository()));
			terminal.err(listProblems(findings));
			break;
		case 'gitlab':
			terminal.out(renderGitlab(inRepository()));
			terminal.err(listProblems(findings));
			break;
	}
	const color = hasErrors(findings) ? 'red' : 'green';
	terminal.err(`${paint(terminal, color, countFindings(findings))}\n`);
}
