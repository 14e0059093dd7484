import test from 'ava';
import { type ModeOptions, type RunMode, readRunMode } from '../../src/cli/run-mode.ts';

const repo = 'https://git.example.com/config.git';

const modes: readonly (readonly [title: string, options: ModeOptions, mode: RunMode])[] = [
	['one Spillway for one cluster', { repo, cluster: 'east' }, { repo, home: 'east', hub: false }],
	['a hub without a home', { repo, hub: true }, { repo, hub: true }],
	['a hub with a home', { repo, hub: true, cluster: 'east' }, { repo, home: 'east', hub: true }],
	['labels alone', { linkerdFailover: true }, { home: 'local', hub: false, labelled: {} }],
	[
		'labels alone, with a selector and a name',
		{ linkerdFailover: true, cluster: 'east', selector: 'a=b' },
		{ home: 'east', hub: false, labelled: { selector: 'a=b' } },
	],
	[
		'labels beside policies',
		{ repo, linkerdFailover: true, cluster: 'east' },
		{ repo, home: 'east', hub: false, labelled: {} },
	],
];

for (const [title, options, mode] of modes) {
	test(`flags say: ${title}`, (t) => {
		t.deepEqual(readRunMode(options), mode);
	});
}

const refusals: readonly (readonly [title: string, options: ModeOptions, flag: RegExp])[] = [
	['no policies', {}, /^--repo E_FLAG .* --linkerd-failover/],
	['no word on which clusters are written', { repo }, /^--cluster E_FLAG .* --hub/],
	['labels of no cluster in particular', { repo, linkerdFailover: true }, /^--linkerd-failover E_FLAG/],
	['labels of a hub alone', { linkerdFailover: true, hub: true }, /^--hub E_FLAG .*--repo/],
	['a selector for nothing', { repo, hub: true, selector: 'a=b' }, /^--selector E_FLAG/],
	['shards without a home', { repo, hub: true, shards: 2 }, /^--shards E_FLAG .*--cluster/],
	['a ledger file beside a home', { repo, cluster: 'east', ledger: 'x.json' }, /^--ledger E_FLAG/],
	['a context without a home', { repo, hub: true, context: 'east' }, /^--context E_FLAG/],
];

for (const [title, options, message] of refusals) {
	test(`flags are refused: ${title}`, (t) => {
		t.throws(() => readRunMode(options), { name: 'ProblemError', message });
	});
}
