import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

export interface RequestStep {
	/** Method and path. */
	readonly request: string;
	/** The media type; application/json when there is none. */
	readonly type?: string | undefined;
	readonly body?: unknown;
	/** A body as it is, instead of one in JSON. */
	readonly text?: string | undefined;
	/** The representation asked for. */
	readonly accept?: string | undefined;
	/** Sent in place of all other credentials. */
	readonly token?: string | undefined;
	/** How often the request is sent at once. */
	readonly together?: number | undefined;
	readonly code?: number | undefined;
	/** How often each code is answered; without it, `code` to every request. */
	readonly codes?: Readonly<Record<string, number>> | undefined;
	readonly answer?: unknown;
	/** Paths of fields of the answer, by the name they are referred to later. */
	readonly save?: Readonly<Record<string, string>> | undefined;
}

/** What no request can bring about: a compaction, or what comes with time. */
export type Control = 'compact' | 'bookmark' | 'seconds';

export type ConformanceStep =
	| RequestStep
	/** Opens a watch, which the steps `events` and `ended` read. */
	| { readonly watch: string }
	| { readonly events: readonly unknown[] }
	| { readonly ended: true }
	| { readonly control: Control };

export interface ConformanceCase {
	readonly id: string;
	readonly title: string;
	readonly given: readonly string[];
	readonly steps: readonly ConformanceStep[];
}

export interface ConformanceFixture {
	/** The path it is created under. */
	readonly collection: string;
	readonly object: unknown;
}

interface ConformanceCorpus {
	/** The server that gave the answers. */
	readonly recordedFrom: string;
	readonly fixtures: Readonly<Record<string, ConformanceFixture>>;
	readonly cases: readonly ConformanceCase[];
}

const requestSchema = z.strictObject({
	request: z.string().regex(/^[A-Z]+ \/.|^[A-Z]+ \$/),
	type: z.string().optional(),
	body: z.unknown().optional(),
	text: z.string().optional(),
	accept: z.string().optional(),
	token: z.string().optional(),
	together: z.int().optional(),
	code: z.int().optional(),
	codes: z.record(z.string(), z.int()).optional(),
	answer: z.unknown().optional(),
	save: z.record(z.string(), z.string()).optional(),
});

const corpusSchema: z.ZodType<ConformanceCorpus> = z.strictObject({
	recordedFrom: z.string(),
	fixtures: z.record(z.string(), z.strictObject({ collection: z.string(), object: z.unknown() })),
	cases: z.array(
		z.strictObject({
			id: z.string(),
			title: z.string(),
			given: z.array(z.string()),
			steps: z
				.array(
					z.union([
						requestSchema,
						z.strictObject({ watch: z.string() }),
						z.strictObject({ events: z.array(z.unknown()).min(1) }),
						z.strictObject({ ended: z.literal(true) }),
						z.strictObject({ control: z.enum(['compact', 'bookmark', 'seconds']) }),
					]),
				)
				.min(1),
		}),
	),
});

const corpusText = readFileSync(new URL('../cases/conformance.yaml', import.meta.url), 'utf8');
const corpus = corpusSchema.parse(parse(corpusText, { merge: true, maxAliasCount: -1 }));

export const recordedFrom: string = corpus.recordedFrom;
export const conformanceCases: readonly ConformanceCase[] = corpus.cases;
export const conformanceFixtures: ConformanceCorpus['fixtures'] = corpus.fixtures;
