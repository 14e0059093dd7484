import { parse } from 'yaml';
import { z } from 'zod';
import type { RepositoryFault } from '../memory-faults.ts';
import { forgeFault, protection, pullActs, pullsExpectation } from './parse-pulls.ts';
import type { ClusterStage, Expectation, Scenario, StagedFault, Step } from './scenario.ts';
import { span } from './span.ts';

const counts = z.record(z.string(), z.int().min(0));
const weight = z.union([z.number(), z.string()]);
const splits = z.record(z.string(), z.record(z.string(), weight));

const stage: z.ZodType<ClusterStage> = z.strictObject({
	services: counts.default({}),
	mirrors: z.array(z.string()).default([]),
	splits: splits.default({}),
	labels: z.record(z.string(), z.string()).default({}),
	routes: z.record(z.string(), counts).default({}),
	adaptor: z.boolean().default(false),
	syncEvery: span.optional(),
	flux: z.boolean().default(false),
});

const fault: z.ZodType<StagedFault> = z.discriminatedUnion('kind', [
	z.strictObject({ kind: z.enum(['unreachable', 'freeze-watches']), for: span }),
	z.strictObject({ kind: z.literal('cut-watches') }),
	z.strictObject({ kind: z.literal('conflict-next') }),
	z.strictObject({
		kind: z.literal('fail-next-patches'),
		times: z.int().min(1),
		outcome: z.enum(['refused', 'unavailable', 'unknown-not-applied', 'unknown-applied']),
	}),
]);

const repositoryFault: z.ZodType<RepositoryFault> = z.discriminatedUnion('kind', [
	z.strictObject({ kind: z.literal('unreachable'), on: z.boolean() }),
	z.strictObject({
		kind: z.literal('fail-next-pushes'),
		times: z.int().min(1),
		outcome: z.enum(['raced', 'refused', 'unknown-not-applied', 'unknown-applied']),
	}),
]);

const expectation: z.ZodType<Expectation> = z.strictObject({
	weights: z.record(z.string(), z.array(weight)).optional(),
	patches: z.int().min(0).optional(),
	commits: z.int().min(0).optional(),
	events: counts.optional(),
	says: z.record(z.string(), z.string()).optional(),
	problems: z.array(z.string()).optional(),
	told: z.array(z.string()).optional(),
	untold: z.array(z.string()).optional(),
	blocker: z.record(z.string(), z.string()).optional(),
	heldOff: z.record(z.string(), z.boolean()).optional(),
	pulls: pullsExpectation.optional(),
});

const step: z.ZodType<Step> = z.strictObject({
	at: span,
	expect: expectation.optional(),
	scale: counts.optional(),
	gateway: z.record(z.string(), z.enum(['up', 'down'])).optional(),
	adaptor: z.record(z.string(), z.enum(['stalls', 'resumes'])).optional(),
	flux: z.record(z.string(), z.enum(['suspend', 'resume'])).optional(),
	stopMirrors: z.array(z.string()).optional(),
	label: z.record(z.string(), z.string().nullable()).optional(),
	leads: z.boolean().optional(),
	fault: z.record(z.string(), fault).optional(),
	repository: repositoryFault.optional(),
	commit: z.record(z.string(), z.string().nullable()).optional(),
	set: splits.optional(),
	remove: z.array(z.string()).optional(),
	restart: z.literal(true).optional(),
	pulls: pullActs.optional(),
	forge: forgeFault.optional(),
	protect: protection.optional(),
});

const settings = z.record(z.string(), z.unknown());

const scenario: z.ZodType<Scenario> = z.strictObject({
	title: z.string(),
	clusters: z.record(z.string(), stage),
	policies: z.record(z.string(), settings).default({}),
	files: z.record(z.string(), z.string()).default({}),
	commits: settings.optional(),
	pullRequests: settings.optional(),
	webhooks: z.boolean().default(false),
	linkerdFailover: z.strictObject({ cluster: z.string(), selector: z.string().optional() }).optional(),
	timeline: z.array(step).min(1),
});

/** Reads a scenario; throws an error that says what is wrong with it. */
export function parseScenario(text: string): Scenario {
	const { success, error, data: read } = scenario.safeParse(parse(text));
	if (!success) throw new TypeError(z.prettifyError(error));
	for (const [index, { at }] of read.timeline.entries()) {
		if (at < (read.timeline[index - 1]?.at ?? 0)) {
			throw new RangeError(`step ${index + 1} of "${read.title}" goes back in time`);
		}
	}
	return read;
}
