import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

/** A request, and what it is answered. */
export interface GiteaRequest {
	/** Method and path below `/api/v1`. */
	readonly request: string;
	/** Default: the writer. */
	readonly as?: string | undefined;
	readonly body?: unknown;
	readonly status: number;
	readonly answer?: unknown;
	readonly headers?: Readonly<Record<string, unknown>> | undefined;
	/** Asks until the answer matches. */
	readonly eventually?: true | undefined;
	/** Paths of fields of the answer, by the name they are referred to later. */
	readonly save?: Readonly<Record<string, string>> | undefined;
}

export interface GiteaPush {
	/** The branch. */
	readonly push: string;
	readonly as?: string | undefined;
	/** A branch, or a commit's id. */
	readonly from?: string | undefined;
	readonly files?: Readonly<Record<string, string>> | undefined;
	readonly force?: true | undefined;
	readonly delete?: true | undefined;
	/** What git says when it is refused. */
	readonly refused?: string | undefined;
	/** What the branch's former tip is called from then on. */
	readonly was?: string | undefined;
}

/** A call of a webhook. */
export interface GiteaDelivery {
	readonly event: string;
	readonly type: string;
	readonly body: unknown;
}

export type GiteaStep =
	| GiteaRequest
	| GiteaPush
	/** The events of a webhook. */
	| { readonly hook: readonly string[] }
	| { readonly delivered: readonly GiteaDelivery[] };

export interface GiteaCase {
	readonly id: string;
	readonly title: string;
	readonly steps: readonly GiteaStep[];
}

interface GiteaCorpus {
	/** The Gitea that gave the answers. */
	readonly recordedFrom: string;
	readonly cases: readonly GiteaCase[];
}

const requestSchema = z.strictObject({
	request: z.string().regex(/^[A-Z]+ ./),
	as: z.string().optional(),
	body: z.unknown().optional(),
	status: z.int(),
	answer: z.unknown().optional(),
	headers: z.record(z.string(), z.unknown()).optional(),
	eventually: z.literal(true).optional(),
	save: z.record(z.string(), z.string()).optional(),
});

const pushSchema = z.strictObject({
	push: z.string(),
	as: z.string().optional(),
	from: z.string().optional(),
	files: z.record(z.string(), z.string()).optional(),
	force: z.literal(true).optional(),
	delete: z.literal(true).optional(),
	refused: z.string().optional(),
	was: z.string().optional(),
});

const deliverySchema = z.strictObject({ event: z.string(), type: z.string(), body: z.unknown() });

const stepSchema = z.union([
	requestSchema,
	pushSchema,
	z.strictObject({ hook: z.array(z.string()).min(1) }),
	z.strictObject({ delivered: z.array(deliverySchema).min(1) }),
]);

const corpusSchema: z.ZodType<GiteaCorpus> = z.strictObject({
	recordedFrom: z.string(),
	cases: z.array(z.strictObject({ id: z.string(), title: z.string(), steps: z.array(stepSchema).min(1) })),
});

const corpusText = readFileSync(new URL('../cases/gitea-answers.yaml', import.meta.url), 'utf8');
const corpus = corpusSchema.parse(parse(corpusText, { maxAliasCount: -1 }));

export const giteaRecordedFrom: string = corpus.recordedFrom;
export const giteaCases: readonly GiteaCase[] = corpus.cases;
