import { z } from 'zod';
import type { CommitId } from '../../src/model/ports/repository.ts';
import type { Milliseconds } from '../../src/model/time.ts';
import { readDuration } from '../../src/policy/duration.ts';

/** A commit as kustomize-controller fetches it. */
export interface Artifact {
	/** Of the tar.gz. */
	readonly url: string;
	readonly path: string;
	/** `main@sha1:2f…`. */
	readonly revision: string;
	/** `sha256:9a…`. */
	readonly digest: string;
	/** In bytes. */
	readonly size: number;
	readonly lastUpdateTime: string;
}

interface Condition {
	readonly type: string;
	readonly status: string;
	readonly lastTransitionTime: string;
}

/** A GitRepository, as far as the lab's source-controller heeds it. */
export interface GitRepository {
	readonly metadata: {
		readonly name: string;
		readonly namespace: string;
		readonly generation: number;
		readonly annotations: Readonly<Record<string, string>>;
	};
	readonly spec: {
		readonly url: string;
		readonly ref: { readonly branch: string };
		readonly interval: string;
		readonly suspend: boolean;
	};
	readonly status: { readonly conditions: readonly Condition[] };
}

const conditionSchema = z.looseObject({
	type: z.string(),
	status: z.string(),
	lastTransitionTime: z.string(),
});

const schema: z.ZodType<GitRepository> = z.object({
	metadata: z.object({
		name: z.string(),
		namespace: z.string(),
		generation: z.number(),
		annotations: z.record(z.string(), z.string()).default({}),
	}),
	spec: z.object({
		url: z.string(),
		ref: z.object({ branch: z.string().default('master') }).default({ branch: 'master' }),
		interval: z.string(),
		suspend: z.boolean().default(false),
	}),
	status: z.object({ conditions: z.array(conditionSchema).default([]) }).default({ conditions: [] }),
});

/** Set to `down`: the lab's source-controller cannot reach this object's Git server. */
export const gitAnnotation = 'lab.spillway.dev/git';

/** Flux's annotation that asks for a round now, with the time of the wish. */
export const requestAnnotation = 'reconcile.fluxcd.io/requestedAt';

/** Throws where it is none. */
export function readGitRepository(object: object): GitRepository {
	return schema.parse(object);
}

/** `spec.interval`: `90s`, `1m`. */
export function intervalOf({ spec: { interval } }: GitRepository): Milliseconds {
	const span = readDuration(interval, 0);
	if (typeof span === 'number') return span;
	throw new RangeError(`interval ${interval}: ${span.message}`);
}

/** As Flux writes a commit of a branch: `main@sha1:2f…`. */
export function formatRevision(branch: string, commit: CommitId): string {
	return `${branch}@sha1:${commit}`;
}

/** What a round came to. */
export type Round =
	| { readonly kind: 'stored'; readonly artifact: Artifact }
	/** The artifact of before, if there was one, stays. */
	| { readonly kind: 'failed'; readonly why: string };

/** The status to merge in after a round. */
export function composeStatus(object: GitRepository, round: Round, now: string): object {
	const { generation, annotations } = object.metadata;
	const requested = annotations[requestAnnotation];
	const write = (type: string, status: 'True' | 'False', reason: string, message: string): object => {
		const before = object.status.conditions.find((each) => each.type === type);
		const since = before?.status === status ? before.lastTransitionTime : now;
		return { type, status, reason, message, observedGeneration: generation, lastTransitionTime: since };
	};
	const handled = requested === undefined ? {} : { lastHandledReconcileAt: requested };
	if (round.kind === 'failed') {
		const message = `failed to checkout and determine revision: ${round.why}`;
		const kept = object.status.conditions.filter(({ type }) => type === 'ArtifactInStorage');
		const ready = write('Ready', 'False', 'GitOperationFailed', message);
		const failed = write('FetchFailed', 'True', 'GitOperationFailed', message);
		return { ...handled, conditions: [ready, failed, ...kept] };
	}
	const { artifact } = round;
	const message = `stored artifact for revision '${artifact.revision}'`;
	const [ready, stored] = ['Ready', 'ArtifactInStorage'].map((type) =>
		write(type, 'True', 'Succeeded', message),
	);
	return { ...handled, observedGeneration: generation, artifact, conditions: [ready, stored] };
}
