// The command line: which commands there are, what they take, and what they are for.
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { formatDuration, type Milliseconds } from '../model/time.ts';
import { documentKinds } from '../policy/document-kinds.ts';
import { readDuration } from '../policy/duration.ts';
import { reportFailure } from './exit.ts';
import type { Terminal } from './terminal.ts';
import { outputFormats } from './validation/output-format.ts';

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

/** Each shard is a Lease that is renewed every few seconds. */
const maxShards = 32;

type Choose = (action: Action) => void;

function describeProgram(version: string, choose: Choose): Command {
	const program = new Command('spillway')
		.description('GitOps failover for Kubernetes service traffic.')
		.version(version)
		.showHelpAfterError('See spillway --help.');
	addOfflineCommands(program, choose);
	addReconcilingCommands(program, choose);
	addImportCommand(program, choose);
	addTraceCommand(program, choose);
	program
		.command('demo')
		.description('play a failover on two embedded clusters: no cluster, no account')
		.option('--keep', 'leave everything running, to try kubectl and git on it', false)
		.option('--real', 'on real Kubernetes API servers on this machine; from a checkout', false)
		.action((options) =>
			choose(async (terminal) => (await import('./demo/demo.ts')).demo(options, terminal)),
		);
	return program;
}

function addOfflineCommands(program: Command, choose: Choose): void {
	const version = program.version() ?? '';
	program
		.command('validate')
		.description('check policies and spillway.yaml offline; exits with 1 when something has to be mended')
		.argument('<path...>', 'files and folders')
		.addOption(
			new Option('-o, --output <format>', 'text, json, or what a forge shows')
				.choices(outputFormats)
				.default('text'),
		)
		.action((paths, options) =>
			choose(async (terminal) =>
				(await import('./validate.ts')).validate(paths, { ...options, version }, terminal),
			),
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
	addTrustOption(addEngineOptions(program.command('plan'), { required: true }))
		.description('say what would change now and why, and change nothing; exits with 1 when something would')
		.addOption(outputOption())
		.action((options) => choose(async (terminal) => (await import('./plan.ts')).plan(options, terminal)));
	addForgeOptions(
		addSigningOptions(
			addTrustOption(addHomeOptions(addEngineOptions(program.command('run'), { required: false }))),
		),
	)
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

function addTraceCommand(program: Command, choose: Choose): void {
	addEngineOptions(program.command('trace'), { required: true })
		.description('follow a policy from its file to the live weights; exits with 1 when something differs')
		.argument('<namespace/name>', 'the policy, or its target')
		.option('--cluster <name>', 'the target’s, where several policies have a target of that name')
		.option('--context <name>', 'the kubeconfig’s context of that cluster, whatever spillway.yaml says')
		.addOption(outputOption())
		.action((name, options) =>
			choose(async (terminal) => (await import('./trace.ts')).trace(name, options, terminal)),
		);
}

function addImportCommand(program: Command, choose: Choose): void {
	program
		.command('import')
		.description('make policies of the TrafficSplits that linkerd-failover controls')
		.option('--file <manifest...>', 'manifests of one cluster; or')
		.option('--context <name>', 'the kubeconfig’s context of the cluster to ask')
		.option('--kubeconfig <file>', 'kubeconfig with that context')
		.option('--allow-insecure-kube', 'also take kubeconfigs that skip TLS verification')
		.option('--selector <labels>', 'label selector of the splits, with --context')
		.addOption(spanOption('--timeout <duration>', 'how long the cluster may take', 30_000))
		.requiredOption('--cluster <name>', 'the cluster’s name in spillway.yaml')
		.option('-n, --namespace <name>', 'namespace of manifests that name none')
		.addOption(
			new Option('--via <way>', 'how moves are delivered')
				.choices(['Direct', 'Commit', 'PullRequest'])
				.default('Direct'),
		)
		.option('--output-dir <folder>', 'where to write one file per policy; without it they are printed')
		.option('--force', 'overwrite files', false)
		.action((options) =>
			choose(async (terminal) => (await import('./import.ts')).importPolicies(options, terminal)),
		);
}

/** Which clusters are written, and what this process shares with others of its kind. */
function addHomeOptions(command: Command): Command {
	return command
		.option('--cluster <name>', 'the cluster to write, which also keeps the Lease and the ledger')
		.option('--hub', 'write every cluster that spillway.yaml declares')
		.option('--linkerd-failover', 'also act on TrafficSplits labelled for linkerd-failover')
		.option('--selector <labels>', 'which of those, instead of all with the label')
		.option('--context <name>', 'the kubeconfig’s context of --cluster, whatever spillway.yaml says')
		.option('--namespace <name>', 'of Lease and ledger (default: the pod’s, else "spillway")')
		.option('--no-leader-elect', 'take no Lease: nothing else writes these clusters')
		.addOption(
			new Option('--shards <number>', 'share the policies among replicas').argParser(count).default(1),
		)
		.option('--ledger <file>', 'what survives a restart, where no cluster keeps it')
		.addOption(spanOption('--lease-duration <duration>', 'until others take a silent leader’s place', 15_000))
		.addOption(spanOption('--renew-deadline <duration>', 'until a leader that cannot renew stops', 10_000))
		.addOption(spanOption('--retry-period <duration>', 'between two looks at the Lease', 2_000));
}

function addEngineOptions(command: Command, { required }: { readonly required: boolean }): Command {
	const repo = new Option('--repo <url>', 'config repository with spillway.yaml (https:// or ssh://)');
	return command
		.addOption(repo.makeOptionMandatory(required))
		.option('--branch <name>', 'its branch', 'main')
		.option('--git-credentials <folder>', 'a mounted Secret with what the repository is reached by')
		.option('--git-secret <namespace/name>', 'the same, as a Secret of the home cluster')
		.option('--credential-helper <command>', 'git credential helper that knows an https repository’s token')
		.option('--kubeconfig <file>', 'kubeconfig with the contexts that spillway.yaml names')
		.option('--allow-insecure-git', 'also take http:// and file:// repositories')
		.option('--allow-insecure-kube', 'also take kubeconfigs that skip TLS verification')
		.addOption(spanOption('--timeout <duration>', 'how long one look may take', 60_000));
}

/** Where pull requests are opened. */
function addForgeOptions(command: Command): Command {
	return command
		.option(
			'--forge <kind>',
			'github, gitlab, gitea, forgejo, bitbucket or azure, where the repository’s host does not tell',
		)
		.option('--forge-url <url>', 'where the forge’s pages or its API begin, if not at the repository’s host')
		.option('--forge-credentials <folder>', 'a mounted Secret with the API’s token, if git’s is not for it')
		.option('--webhook-listen <host:port>', 'listen for the forge’s webhooks, at /webhook')
		.option('--webhook-secret <file>', 'the secret that those are signed with');
}

/** Which commits policies are read from. */
function addTrustOption(command: Command): Command {
	return command.option(
		'--verify-commits <file>',
		'read policies only from commits that these people signed',
	);
}

function addSigningOptions(command: Command): Command {
	const formats = new Option(
		'--signing-format <format>',
		'what kind of key it is, if its content is not to say',
	);
	return command
		.option('--signing-key <file>', 'SSH or OpenPGP private key that signs every commit')
		.addOption(formats.choices(['ssh', 'gpg']));
}

function spanOption(flags: string, description: string, preset: Milliseconds): Option {
	return new Option(flags, description).argParser(span).default(preset, formatDuration(preset));
}

function outputOption(): Option {
	return new Option('-o, --output <format>', 'text or json').choices(['text', 'json']).default('text');
}

function count(text: string): number {
	const number = Number(text);
	if (Number.isInteger(number) && number >= 1 && number <= maxShards) return number;
	throw new InvalidArgumentError(`Write a number from 1 to ${maxShards}.`);
}

function span(text: string): Milliseconds {
	const read = readDuration(text, 1);
	if (typeof read !== 'number') throw new InvalidArgumentError('Write a duration such as 15s.');
	return read;
}
