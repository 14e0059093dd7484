// The command line: which commands there are, what they take, and what they are for.
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { formatDuration, type Milliseconds } from '../model/time.ts';
import { documentKinds } from '../policy/document-kinds.ts';
import { readDuration } from '../policy/duration.ts';
import { reportFailure } from './exit.ts';
import type { Terminal } from './terminal.ts';

type Action = (terminal: Terminal) => Promise<number>;

/** Runs one command line and returns its exit status. Commands are loaded when they are called. */
export async function runProgram(
	args: readonly string[],
	version: string,
	terminal: Terminal,
): Promise<number> {
	let action: Action | undefined;
	const program = describeProgram(version, (chosen) => {
		action = chosen;
	});
	const write = {
		writeOut: terminal.out,
		writeErr: terminal.err,
		outputError: (text: string, print: (text: string) => void) => print(text.replace(/^error: /, 'E_FLAG ')),
	};
	for (const command of [program, ...program.commands]) command.exitOverride().configureOutput(write);
	try {
		program.parse([...args], { from: 'user' });
		return action === undefined ? 0 : await action(terminal);
	} catch (error) {
		if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
		return reportFailure(terminal, error);
	}
}

type Choose = (action: Action) => void;

function describeProgram(version: string, choose: Choose): Command {
	const program = new Command('spillway')
		.description('GitOps failover for Kubernetes service traffic.')
		.version(version)
		.showHelpAfterError('See spillway --help.');
	addOfflineCommands(program, choose);
	addReconcilingCommands(program, choose);
	program
		.command('demo')
		.description('play a failover on two embedded clusters: no cluster, no account')
		.option('--keep', 'leave everything running, to try kubectl and git on it', false)
		.action((options) =>
			choose(async (terminal) => (await import('./demo/demo.ts')).demo(options, terminal)),
		);
	return program;
}

function addOfflineCommands(program: Command, choose: Choose): void {
	program
		.command('validate')
		.description('check policies and spillway.yaml offline; exits with 1 when something has to be mended')
		.argument('<path...>', 'files and folders')
		.addOption(outputOption())
		.action((paths, options) =>
			choose(async (terminal) => (await import('./validate.ts')).validate(paths, options, terminal)),
		);
	program
		.command('schema')
		.description('print the JSON Schema of a kind, for editors')
		.option('--write <folder>', 'write the schemas of all kinds below a folder instead')
		.addOption(new Option('--kind <kind>').choices(documentKinds).default('FailoverPolicy'))
		.action((options) =>
			choose(async (terminal) => (await import('./schema.ts')).printSchema(options, terminal)),
		);
}

function addReconcilingCommands(program: Command, choose: Choose): void {
	addEngineOptions(program.command('plan'))
		.description('say what would change now and why, and change nothing; exits with 1 when something would')
		.addOption(outputOption())
		.action((options) => choose(async (terminal) => (await import('./plan.ts')).plan(options, terminal)));
	addEngineOptions(program.command('run'))
		.description('watch the clusters and keep the weights right')
		.option('--once', 'look at every policy once, carry out what is due, and end')
		.option('--dry-run', 'decide and report, write nothing')
		.addOption(spanOption('--poll-interval <duration>', 'how often the repository is looked at', 15_000))
		.addOption(new Option('--log-format <format>', 'json or text').choices(['json', 'text']).default('text'))
		.action((options) =>
			choose(async (terminal) =>
				(await import('./run.ts')).run({ ...options, writes: !options.dryRun }, terminal),
			),
		);
}

function addEngineOptions(command: Command): Command {
	return command
		.requiredOption('--repo <url>', 'config repository with spillway.yaml (https:// or ssh://)')
		.option('--branch <name>', 'its branch', 'main')
		.option('--credential-helper <command>', 'git credential helper that knows an https repository’s token')
		.option('--kubeconfig <file>', 'kubeconfig with the contexts that spillway.yaml names')
		.option('--allow-insecure-git', 'also take http:// and file:// repositories')
		.option('--allow-insecure-kube', 'also take kubeconfigs that skip TLS verification')
		.addOption(spanOption('--timeout <duration>', 'how long one look may take', 60_000));
}

function spanOption(flags: string, description: string, preset: Milliseconds): Option {
	return new Option(flags, description).argParser(span).default(preset, formatDuration(preset));
}

function outputOption(): Option {
	return new Option('-o, --output <format>', 'text or json').choices(['text', 'json']).default('text');
}

function span(text: string): Milliseconds {
	const read = readDuration(text, 1);
	if (typeof read !== 'number') throw new InvalidArgumentError('Write a duration such as 15s.');
	return read;
}
